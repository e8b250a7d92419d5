"""Reads of gatherings."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.web import CurrentMember, CurrentSession, check_if_match, paginate

from . import domain
from .domain import GatheringState
from .models import Gathering, GatheringParticipant


async def list_gatherings(
    session: AsyncSession, partnership_id: UUID, state: GatheringState | None, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(Gathering).where(Gathering.partnership_id == partnership_id)
    if state is not None:
        statement = statement.where(Gathering.state == state)
    return await paginate(session, statement, Gathering.id, cursor, limit)


async def list_participants(
    session: AsyncSession, gathering: Gathering, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(GatheringParticipant).where(
        GatheringParticipant.partnership_id == gathering.partnership_id,
        GatheringParticipant.gathering_id == gathering.id,
    )
    return await paginate(session, statement, GatheringParticipant.person_id, cursor, limit)


async def find_participant(session: AsyncSession, gathering: Gathering, person_id: UUID) -> GatheringParticipant:
    return await session.get_one(GatheringParticipant, (gathering.partnership_id, gathering.id, person_id))


async def _get(
    session: AsyncSession, partnership_id: UUID, gathering_id: UUID, lock: dict[str, bool] | None
) -> Gathering:
    found = await session.get(Gathering, (partnership_id, gathering_id), with_for_update=lock)
    if found is None:
        raise domain.GatheringNotFound(N_("There is no such gathering; GET .../gatherings lists them."))
    return found


async def _seen(gathering_id: UUID, member: CurrentMember, session: CurrentSession) -> Gathering:
    return await _get(session, member.partnership_id, gathering_id, None)


async def _held(gathering_id: UUID, member: CurrentMember, session: CurrentSession) -> Gathering:
    return await _get(session, member.partnership_id, gathering_id, {"read": True})


async def _locked(gathering_id: UUID, member: CurrentMember, session: CurrentSession, request: Request) -> Gathering:
    found = await _get(session, member.partnership_id, gathering_id, {"read": False})
    check_if_match(request, found.version)
    return found


SeenGathering = Annotated[Gathering, Depends(_seen)]
HeldGathering = Annotated[Gathering, Depends(_held)]
"""What has become of it stays so meanwhile."""
LockedGathering = Annotated[Gathering, Depends(_locked)]
