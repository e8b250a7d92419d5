"""An invitation's life, and its token: shown once, kept as a hash alone."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from entente_shared.errors import N_, Conflict, NotFound

PREFIX = "ent_invite_"
VALID_FOR = timedelta(days=14)


class InvitationState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    EXPIRED = "expired"


class NoSuchInvitation(NotFound):
    slug, title = "no-such-invitation", N_("There is no such invitation")


class InvitationSpent(Conflict):
    slug, title = "invitation-spent", N_("The invitation cannot be used any more")


def new_token() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def fingerprint(token: str) -> bytes:
    """SHA-256: a token of 256 random bits needs no salt."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def state(
    *, expires_at: datetime, accepted_at: datetime | None, revoked_at: datetime | None, now: datetime
) -> InvitationState:
    if accepted_at is not None:
        return InvitationState.ACCEPTED
    if revoked_at is not None:
        return InvitationState.REVOKED
    return InvitationState.EXPIRED if now >= expires_at else InvitationState.OPEN


def check_open(present: InvitationState) -> None:
    """Each invitation makes one member, once."""
    if present is not InvitationState.OPEN:
        raise InvitationSpent(N_("The invitation is {state}; ask for another one."), state=present.value)
