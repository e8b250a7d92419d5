"""Reads of rituals."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.web import CurrentMember, CurrentSession, check_if_match, paginate

from . import domain
from .models import Ritual, RitualAttendance


@dataclass(frozen=True)
class OfParty:
    party_id: UUID
    people: int


@dataclass(frozen=True)
class Occurrence:
    occurs_at: datetime
    attended: list[OfParty]


async def list_rituals(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(Ritual).where(Ritual.partnership_id == partnership_id)
    return await paginate(session, statement, Ritual.id, cursor, limit)


async def occurrences(session: AsyncSession, ritual: Ritual, since: datetime, to: datetime) -> list[Occurrence]:
    moments = domain.occurrences(ritual.rhythm, since, to, ritual.ended_at)
    at, party = RitualAttendance.occurs_at, RitualAttendance.party_id
    rows = await session.execute(
        select(at, party, func.count().label("people"))
        .where(
            RitualAttendance.partnership_id == ritual.partnership_id,
            RitualAttendance.ritual_id == ritual.id,
            at.between(since, to),
        )
        .group_by(at, party)
        .order_by(at, party)
    )
    attended = defaultdict[datetime, list[OfParty]](list)
    for row in rows:
        attended[row.occurs_at].append(OfParty(row.party_id, row.people))
    return [Occurrence(moment, attended[moment]) for moment in moments]


async def list_attendances(
    session: AsyncSession, ritual: Ritual, occurs_at: datetime, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(RitualAttendance).where(
        RitualAttendance.partnership_id == ritual.partnership_id,
        RitualAttendance.ritual_id == ritual.id,
        RitualAttendance.occurs_at == occurs_at,
    )
    return await paginate(session, statement, RitualAttendance.person_id, cursor, limit)


async def find_attendance(
    session: AsyncSession, ritual: Ritual, occurs_at: datetime, person_id: UUID
) -> RitualAttendance:
    return await session.get_one(RitualAttendance, (ritual.partnership_id, ritual.id, occurs_at, person_id))


async def _get(session: AsyncSession, partnership_id: UUID, ritual_id: UUID, lock: dict[str, bool] | None) -> Ritual:
    found = await session.get(Ritual, (partnership_id, ritual_id), with_for_update=lock)
    if found is None:
        raise domain.RitualNotFound(N_("There is no such ritual; GET .../rituals lists them."))
    return found


async def _seen(ritual_id: UUID, member: CurrentMember, session: CurrentSession) -> Ritual:
    return await _get(session, member.partnership_id, ritual_id, None)


async def _held(ritual_id: UUID, member: CurrentMember, session: CurrentSession) -> Ritual:
    return await _get(session, member.partnership_id, ritual_id, {"read": True})


async def _locked(ritual_id: UUID, member: CurrentMember, session: CurrentSession, request: Request) -> Ritual:
    found = await _get(session, member.partnership_id, ritual_id, {"read": False})
    check_if_match(request, found.version)
    return found


SeenRitual = Annotated[Ritual, Depends(_seen)]
HeldRitual = Annotated[Ritual, Depends(_held)]
"""Nobody ends it meanwhile."""
LockedRitual = Annotated[Ritual, Depends(_locked)]
