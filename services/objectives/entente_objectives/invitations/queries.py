"""Reads of invitations. A party sees its own; who holds a token finds the one that it belongs to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.db import set_tenant
from entente_shared.errors import N_
from entente_shared.timers import partnership_now
from entente_shared.web import CurrentMember, CurrentSession, paginate

from . import domain
from .domain import InvitationState, NoSuchInvitation
from .models import Invitation


@dataclass(frozen=True)
class Shown:
    row: Invitation
    now: datetime

    @property
    def state(self) -> InvitationState:
        return state_of(self.row, self.now)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def state_of(row: Invitation, now: datetime) -> InvitationState:
    return domain.state(expires_at=row.expires_at, accepted_at=row.accepted_at, revoked_at=row.revoked_at, now=now)


async def list_invitations(
    session: AsyncSession, partnership_id: UUID, party_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(Invitation).where(Invitation.partnership_id == partnership_id, Invitation.party_id == party_id)
    rows, next_cursor = await paginate(session, statement, Invitation.id, cursor, limit)
    now = await partnership_now(session, partnership_id)
    return [Shown(row, now) for row in rows], next_cursor


async def show(session: AsyncSession, row: Invitation) -> Shown:
    return Shown(row, await partnership_now(session, row.partnership_id))


async def find_by_token(session: AsyncSession, organisation_id: UUID | None, token: str) -> Invitation:
    """The invitation of `token`, locked. One of another organisation is not told from one that does not exist."""
    found = (
        await session.execute(select(func.partnership_of_invitation(domain.fingerprint(token), organisation_id)))
    ).scalar_one()
    if found is None:
        raise NoSuchInvitation(
            N_(
                "token: belongs to no invitation of your organisation; ask who sent it, or use a key of the organisation."
            ),
            pointer="/token",
        )
    await set_tenant(session, found)
    statement = select(Invitation).where(
        Invitation.partnership_id == found, Invitation.token_hash == domain.fingerprint(token)
    )
    return (await session.execute(statement.with_for_update())).scalar_one()


async def _locked(invitation_id: UUID, member: CurrentMember, session: CurrentSession) -> Invitation:
    found = await session.get(Invitation, (member.partnership_id, invitation_id), with_for_update=True)
    if found is None or found.party_id != member.party_id:
        raise NoSuchInvitation(N_("Your party has no such invitation; GET .../invitations lists them."))
    return found


LockedInvitation = Annotated[Invitation, Depends(_locked)]
