"""A settlement: terms that every party signs on the same hash. A newer proposal takes an older one's place."""

import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from entente_shared.errors import N_, Conflict, Forbidden, NotFound


class SettlementState(StrEnum):
    PROPOSED = "proposed"
    SUPERSEDED = "superseded"
    SIGNED = "signed"


class SettlementNotFound(NotFound):
    slug, title = "settlement-not-found", N_("There is no such settlement")


class SettlementSuperseded(Conflict):
    slug, title = "settlement-superseded", N_("A newer proposal has taken this one's place")


class HashDiffers(Conflict):
    slug, title = "hash-differs", N_("These are not the terms that you read")


class TermsLapsed(Conflict):
    slug, title = "terms-lapsed", N_("The time for these terms has passed")


class NotASignatory(Forbidden):
    slug, title = "not-a-signatory", N_("Your party does not sign this settlement")


def digest(content: dict[str, Any]) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON: keys sorted, no spaces, UTF-8."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def check_signature(
    state: SettlementState, agreed_hash: str, signed_hash: str, party_id: UUID, signatories: Collection[UUID]
) -> None:
    """Raise what keeps `party_id` from signing. The hash says which exact terms its member has read."""
    if state is SettlementState.SUPERSEDED:
        raise SettlementSuperseded(N_("Read the newest proposal of this case and sign that one."))
    if signed_hash != agreed_hash:
        raise HashDiffers(N_("The hash is not that of these terms; read the settlement again."), pointer="/hash")
    if party_id not in signatories:
        raise NotASignatory(N_("Your party joined after these terms were proposed; propose them anew to sign too."))


def check_due(due_dates: Iterable[datetime], now: datetime) -> None:
    """Raise what keeps the terms from being signed now: they could no longer be carried out in time."""
    if any(due_at <= now for due_at in due_dates):
        raise TermsLapsed(N_("A due date of these terms has passed; propose them anew with later dates."))


def agreed(signatories: Collection[UUID], signed: Collection[UUID]) -> bool:
    """Whether every party has signed. Without signatories nobody has agreed to anything."""
    return bool(signatories) and set(signatories) <= set(signed)
