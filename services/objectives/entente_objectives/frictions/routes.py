"""Friction zones and synergies over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from entente_objectives.bodies import page_of
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router

from . import queries
from .domain import Ground, Nature
from .schemas import FrictionRead

router = Router(tags=["diagnosis"])
FRICTIONS = "/partnerships/{partnership_id}/frictions"


@router.get(FRICTIONS, operation_id="objectives_list_frictions")
async def list_frictions(
    *,
    member: CurrentMember,
    session: CurrentSession,
    nature: Annotated[Nature | None, Query()] = None,
    ground: Annotated[Ground | None, Query()] = None,
    round_id: Annotated[UUID | None, Query(description="of this round of profiles or assessments alone")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[FrictionRead]:
    """Where two parties stood far apart, or near, when a round was revealed."""
    found = await queries.list_frictions(
        session,
        member.partnership_id,
        nature=nature,
        ground=ground,
        round_id=round_id,
        cursor=cursor,
        limit=limit,
    )
    return page_of(FrictionRead, found)


@router.get(f"{FRICTIONS}/{{friction_id}}", operation_id="objectives_get_friction")
async def get_friction(friction_id: UUID, member: CurrentMember, session: CurrentSession) -> FrictionRead:
    """One friction zone or synergy."""
    return FrictionRead.model_validate(await queries.get_friction(session, member.partnership_id, friction_id))
