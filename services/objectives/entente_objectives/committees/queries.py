"""Reads of committees. A seat stands while its member's role does."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.charter.domain import NoCharter
from entente_objectives.charter.queries import load_agreed
from entente_objectives.mandates.domain import Mandate
from entente_objectives.partnerships.models import Member
from entente_shared.errors import N_, NotFound
from entente_shared.web import CurrentMember, CurrentSession, paginate

from .models import Committee, CommitteeSeat


@dataclass(frozen=True)
class Seated:
    """A committee with the seats that stand, and the keys of the mandates in force that name it."""

    committee: Committee
    seats: tuple[CommitteeSeat, ...]
    mandates: tuple[str, ...]

    @property
    def members(self) -> frozenset[UUID]:
        return frozenset(seat.member_id for seat in self.seats)

    @property
    def chair_id(self) -> UUID | None:
        """The chair, unless they have left."""
        chair = self.committee.chair_id
        return chair if chair in self.members else None


async def mandates_in_force(session: AsyncSession, partnership_id: UUID) -> tuple[Mandate, ...]:
    """Those of the charter; none before it is signed."""
    try:
        return (await load_agreed(session, partnership_id)).terms.mandates
    except NoCharter:
        return ()


async def standing_seats(
    session: AsyncSession, partnership_id: UUID, committee_ids: Sequence[UUID]
) -> dict[UUID, tuple[CommitteeSeat, ...]]:
    member = (Member.partnership_id == CommitteeSeat.partnership_id) & (Member.id == CommitteeSeat.member_id)
    rows = await session.execute(
        select(CommitteeSeat)
        .join(Member, member)
        .where(
            CommitteeSeat.partnership_id == partnership_id,
            CommitteeSeat.committee_id.in_(committee_ids),
            CommitteeSeat.left_at.is_(None),
            Member.active,
        )
        .order_by(CommitteeSeat.id)
    )
    found = defaultdict[UUID, list[CommitteeSeat]](list)
    for seat in rows.scalars():
        found[seat.committee_id].append(seat)
    return {committee_id: tuple(found[committee_id]) for committee_id in committee_ids}


async def seated(session: AsyncSession, partnership_id: UUID, committees: Sequence[Committee]) -> list[Seated]:
    seats = await standing_seats(session, partnership_id, [committee.id for committee in committees])
    mandates = await mandates_in_force(session, partnership_id)
    return [
        Seated(committee, seats[committee.id], tuple(m.key for m in mandates if m.committee == committee.key))
        for committee in committees
    ]


async def list_committees(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Seated], str | None]:
    statement = select(Committee).where(Committee.partnership_id == partnership_id, Committee.active)
    rows, next_cursor = await paginate(session, statement, Committee.id, cursor, limit)
    return await seated(session, partnership_id, rows), next_cursor


async def all_committees(session: AsyncSession, partnership_id: UUID) -> list[Seated]:
    statement = select(Committee).where(Committee.partnership_id == partnership_id, Committee.active)
    rows = (await session.execute(statement.order_by(Committee.id))).scalars().all()
    return await seated(session, partnership_id, rows)


async def of_key(session: AsyncSession, partnership_id: UUID, key: str) -> tuple[UUID | None, frozenset[UUID]]:
    """The committee of that key and its members; None and nobody where there is none."""
    statement = select(Committee.id).where(
        Committee.partnership_id == partnership_id, Committee.active, Committee.key == key
    )
    committee_id = (await session.execute(statement)).scalar_one_or_none()
    if committee_id is None:
        return None, frozenset()
    seats = (await standing_seats(session, partnership_id, [committee_id]))[committee_id]
    return committee_id, frozenset(seat.member_id for seat in seats)


async def _load(session: AsyncSession, partnership_id: UUID, committee_id: UUID, *, lock: bool) -> Committee:
    found = await session.get(Committee, (partnership_id, committee_id), with_for_update=lock or None)
    if found is None or not found.active:
        raise NotFound(N_("There is no such committee; GET .../committees lists them."))
    return found


async def _loaded(committee_id: UUID, member: CurrentMember, session: CurrentSession) -> Committee:
    return await _load(session, member.partnership_id, committee_id, lock=False)


async def _locked(committee_id: UUID, member: CurrentMember, session: CurrentSession) -> Committee:
    return await _load(session, member.partnership_id, committee_id, lock=True)


LoadedCommittee = Annotated[Committee, Depends(_loaded)]
LockedCommittee = Annotated[Committee, Depends(_locked)]


async def load_seat(session: AsyncSession, committee: Committee, seat_id: UUID) -> CommitteeSeat:
    found = await session.get(CommitteeSeat, (committee.partnership_id, seat_id))
    if found is None or found.committee_id != committee.id or found.left_at is not None:
        raise NotFound(N_("There is no such seat; the committee's record lists its seats."))
    return found


async def find_member(session: AsyncSession, partnership_id: UUID, member_id: UUID) -> Member | None:
    """The member under lock, so that nobody takes a seat while they leave."""
    found: Any = await session.get(Member, (partnership_id, member_id), with_for_update={"key_share": True})
    return found if found is not None and found.active else None
