"""Writes of delegations. Decisions that are open keep the voters that they opened with."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.mandates.domain import Domain
from entente_shared.errors import N_
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from . import domain, queries
from .domain import Grant
from .models import Delegation


async def delegate(
    session: AsyncSession,
    partnership_id: UUID,
    party_id: UUID,
    person_id: UUID,
    *,
    delegate_id: UUID,
    about: Domain | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
) -> Delegation:
    """Let `delegate_id` vote for `person_id`."""
    await queries.lock_party(session, partnership_id, party_id)
    now = await partnership_now(session, partnership_id)
    grant = Grant(person_id, delegate_id, about, starts_at or now, ends_at)
    members = await queries.parties_by_person(session, partnership_id)
    colleagues = {person for person, party in members.items() if party == party_id}
    domain.check_grant(grant, now, colleagues, await queries.standing(session, partnership_id, party_id))
    row = Delegation(
        partnership_id=partnership_id,
        id=new_id(),
        party_id=party_id,
        person_id=person_id,
        delegate_id=delegate_id,
        domain=about,
        starts_at=grant.starts_at,
        ends_at=ends_at,
        granted_at=now,
        revoked_at=None,
    )
    session.add(row)
    await session.flush()
    return row


async def revoke(session: AsyncSession, delegation: Delegation, person_id: UUID | None) -> None:
    """Take a vote back for the decisions that open from now on. Revoking again changes nothing."""
    if delegation.person_id != person_id:
        raise domain.NotYourDelegation(N_("This vote is another person's; only they can take it back."))
    if delegation.revoked_at is None:
        delegation.revoked_at = await partnership_now(session, delegation.partnership_id)
        await session.flush()
