"""Reads of delegations."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.mandates.domain import Domain
from entente_objectives.partnerships.models import Member, Party
from entente_shared.errors import N_, NotFound
from entente_shared.web import CurrentMember, CurrentSession, paginate

from . import domain
from .domain import Grant
from .models import Delegation


def grant_of(row: Delegation) -> Grant:
    return Grant(row.person_id, row.delegate_id, row.domain, row.starts_at, row.ends_at)


async def standing(session: AsyncSession, partnership_id: UUID, party_id: UUID | None = None) -> list[Grant]:
    """Those that nobody revoked, past and coming ones too."""
    statement = select(Delegation).where(Delegation.partnership_id == partnership_id, Delegation.revoked_at.is_(None))
    if party_id is not None:
        statement = statement.where(Delegation.party_id == party_id)
    return [grant_of(row) for row in (await session.execute(statement.order_by(Delegation.id))).scalars()]


async def parties_by_person(session: AsyncSession, partnership_id: UUID) -> dict[UUID, UUID]:
    """The party that each present member acts for."""
    statement = select(Member.person_id, Member.party_id).where(Member.partnership_id == partnership_id, Member.active)
    return {row.person_id: row.party_id for row in await session.execute(statement)}


async def delegates(session: AsyncSession, partnership_id: UUID, about: Domain, now: datetime) -> dict[UUID, UUID]:
    """Who votes for whom in a decision about `about` that opens now, by person."""
    grants = await standing(session, partnership_id)
    return domain.delegates(grants, about, now, await parties_by_person(session, partnership_id)) if grants else {}


async def lock_party(session: AsyncSession, partnership_id: UUID, party_id: UUID) -> None:
    """The delegations of a party are granted one after the other, so that two do not make a chain."""
    await session.get_one(Party, (partnership_id, party_id), with_for_update={"key_share": True})


async def list_delegations(
    session: AsyncSession, partnership_id: UUID, *, person_id: UUID | None, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(Delegation).where(Delegation.partnership_id == partnership_id)
    if person_id is not None:
        statement = statement.where(Delegation.person_id == person_id)
    return await paginate(session, statement, Delegation.id, cursor, limit)


async def _locked(delegation_id: UUID, member: CurrentMember, session: CurrentSession) -> Delegation:
    found = await session.get(Delegation, (member.partnership_id, delegation_id), with_for_update=True)
    if found is None:
        raise NotFound(N_("There is no such delegation; GET .../delegations lists them."))
    return found


LockedDelegation = Annotated[Delegation, Depends(_locked)]
