"""Reads of partnerships and their members."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.organisations.models import Organisation
from entente_shared.auth import Caller
from entente_shared.errors import N_, NotFound
from entente_shared.plumbing import membership
from entente_shared.web import CurrentMember, CurrentSession, paginate

from .domain import ClockMode, Role, Stage
from .models import Member, Partnership, Party


@dataclass(frozen=True)
class NamedParty:
    id: UUID
    organisation_id: UUID
    name: str
    weight: Decimal


@dataclass(frozen=True)
class Circle:
    """A partnership with its parties."""

    id: UUID
    name: str
    clock: ClockMode
    stage: Stage
    version: int
    parties: tuple[NamedParty, ...]


def _mine(caller: Caller) -> Select[UUID]:
    """The partnerships of the caller, whom row-level security gives the same ones."""
    person = membership.c.person_id
    return select(membership.c.partnership_id).where(
        membership.c.active,
        membership.c.organisation_id == caller.organisation_id,
        person.is_(None) if caller.person_id is None else person == caller.person_id,
    )


def partners(caller: Caller) -> Select[UUID]:
    """The organisations that the caller is in a partnership with."""
    return select(Party.organisation_id).where(Party.partnership_id.in_(_mine(caller)))


async def parties_of(session: AsyncSession, partnership_ids: Sequence[UUID]) -> dict[UUID, tuple[NamedParty, ...]]:
    rows = await session.execute(
        select(Party, Organisation.name)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(Party.partnership_id.in_(partnership_ids))
        .order_by(Party.id)
    )
    found = defaultdict[UUID, list[NamedParty]](list)
    for party, name in rows:
        found[party.partnership_id].append(NamedParty(party.id, party.organisation_id, name, party.weight))
    return {partnership_id: tuple(parties) for partnership_id, parties in found.items()}


async def _circles(session: AsyncSession, partnerships: Sequence[Partnership]) -> list[Circle]:
    parties = await parties_of(session, [partnership.partnership_id for partnership in partnerships])
    return [
        Circle(p.partnership_id, p.name, p.clock, p.stage, p.version, parties.get(p.partnership_id, ()))
        for p in partnerships
    ]


async def list_partnerships(
    session: AsyncSession, caller: Caller, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(Partnership).where(Partnership.partnership_id.in_(_mine(caller)))
    rows, next_cursor = await paginate(session, statement, Partnership.partnership_id, cursor, limit)
    return await _circles(session, rows), next_cursor


async def load_partnership(session: AsyncSession, partnership_id: UUID, *, lock: bool = False) -> Partnership:
    return await session.get_one(Partnership, partnership_id, with_for_update=lock or None)


async def load_circle(session: AsyncSession, partnership_id: UUID) -> Circle:
    return (await _circles(session, [await load_partnership(session, partnership_id)]))[0]


async def load_party(session: AsyncSession, partnership_id: UUID, party_id: UUID, *, lock: bool = False) -> Party:
    """`lock` leaves the row to those who only refer to it."""
    held = {"key_share": True} if lock else None
    return await session.get_one(Party, (partnership_id, party_id), with_for_update=held)


async def list_members(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(Member).where(Member.partnership_id == partnership_id, Member.active)
    return await paginate(session, statement, Member.id, cursor, limit)


async def load_members(session: AsyncSession, partnership_id: UUID, ids: Collection[UUID]) -> dict[UUID, Member]:
    """Those of `ids` who are members now."""
    rows = await session.scalars(
        select(Member).where(Member.partnership_id == partnership_id, Member.active, Member.id.in_(ids))
    )
    return {row.id: row for row in rows}


async def _load_member(member_id: UUID, member: CurrentMember, session: CurrentSession) -> Member:
    found = await session.get(Member, (member.partnership_id, member_id), with_for_update=True)
    if found is None or not found.active:
        raise NotFound(N_("There is no such member; GET .../members lists them."))
    return found


LockedMember = Annotated[Member, Depends(_load_member)]


async def has_role(session: AsyncSession, partnership_id: UUID, person_id: UUID, role: Role) -> bool:
    return await _count(session, partnership_id, Member.person_id == person_id, Member.role == role) > 0


async def sponsors_left(session: AsyncSession, leaving: Member) -> int:
    """How many sponsors the party has without `leaving`."""
    same_party, others = Member.party_id == leaving.party_id, Member.id != leaving.id
    return await _count(session, leaving.partnership_id, same_party, others, Member.role == Role.SPONSOR)


async def _count(session: AsyncSession, partnership_id: UUID, *conditions: Any) -> int:
    statement = select(func.count()).where(Member.partnership_id == partnership_id, Member.active, *conditions)
    return (await session.execute(statement)).scalar_one()
