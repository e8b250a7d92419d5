"""Inviting by link, revoking, and accepting once."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.lifecycle.guard import require_open
from entente_objectives.partnerships import commands as partnerships
from entente_objectives.partnerships.domain import Role
from entente_objectives.partnerships.models import Member, Party
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from . import domain, queries
from .models import Invitation


async def invite(
    session: AsyncSession, party: Party, person_id: UUID, role: Role, valid_for: timedelta
) -> tuple[Invitation, str]:
    """Invite whoever of the party's organisation will hold the token, which is returned this once."""
    token = domain.new_token()
    now = await partnership_now(session, party.partnership_id)
    invitation = Invitation(
        partnership_id=party.partnership_id,
        id=new_id(),
        party_id=party.id,
        organisation_id=party.organisation_id,
        role=role,
        token_hash=domain.fingerprint(token),
        invited_by=person_id,
        invited_at=now,
        expires_at=now + valid_for,
    )
    session.add(invitation)
    await session.flush()
    return invitation, token


async def revoke(session: AsyncSession, invitation: Invitation) -> None:
    now = await partnership_now(session, invitation.partnership_id)
    domain.check_open(queries.state_of(invitation, now))
    invitation.revoked_at = now
    await session.flush()


async def accept(session: AsyncSession, invitation: Invitation, person_id: UUID) -> Member:
    """Make the person a member by a locked invitation, which is spent by it."""
    await require_open(session, invitation.partnership_id)
    now = await partnership_now(session, invitation.partnership_id)
    domain.check_open(queries.state_of(invitation, now))
    party = await session.get_one(Party, (invitation.partnership_id, invitation.party_id))
    member = await partnerships.add_member(session, party, person_id, invitation.role)
    invitation.accepted_at, invitation.accepted_by, invitation.member_id = now, person_id, member.id
    await session.flush()
    return member
