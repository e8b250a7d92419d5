"""Read deviations."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router

from ..evaluation.domain import State
from . import queries
from .schemas import DeviationRead

router = Router(tags=["deviations"])


@router.get(
    "/partnerships/{partnership_id}/deviations",
    operation_id="kpi_list_deviations",
    summary="The deviations of a partnership, in the order in which they were found",
)
async def list_deviations(
    member: CurrentMember,
    session: CurrentSession,
    *,
    kpi_id: UUID | None = None,
    state: Annotated[State | None, Query(description="`ok`: closed or annulled")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[DeviationRead]:
    rows, next_cursor = await queries.list_deviations(
        session, member.partnership_id, kpi_id=kpi_id, state=state, cursor=cursor, limit=limit
    )
    return Page(items=[DeviationRead.model_validate(row) for row in rows], next_cursor=next_cursor)


@router.get(
    "/partnerships/{partnership_id}/deviations/{deviation_id}",
    operation_id="kpi_get_deviation",
    summary="One deviation",
)
async def get_deviation(deviation_id: UUID, member: CurrentMember, session: CurrentSession) -> DeviationRead:
    return DeviationRead.model_validate(await queries.get_deviation(session, member.partnership_id, deviation_id))
