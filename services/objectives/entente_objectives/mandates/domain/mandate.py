"""Mandates: who decides in which domain up to which amount."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from entente_shared.errors import N_, Conflict


class Tier(StrEnum):
    """Who decides, from the lightest to the heaviest."""

    AUTOMATIC = "automatic"
    ALLIANCE_MANAGERS = "alliance_managers"
    COMMITTEE = "committee"
    SPONSORS = "sponsors"

    @property
    def rank(self) -> int:
        return list(Tier).index(self)


class Domain(StrEnum):
    """What a decision is about."""

    ADJUSTMENT = "adjustment"
    REBASELINE = "rebaseline"
    GENERAL = "general"


class NoMandate(Conflict):
    slug, title = "no-mandate", N_("Nobody has the mandate to decide this")


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Veto:
    """`deemed_after`: working days after which a party counts as told (None: the window runs from the opening)."""

    grounds: tuple[str, ...]
    window: timedelta
    deemed_after: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """`max_amount` None: without limit. `support`, `quorum` and `approval` are s, q and a of A15.

    `committee` is the key of the one that decides at its tier (None: all who hold the role). `concerned_votes`: whether the
    party whose breach, default or exit is decided on votes too.
    """

    key: str
    domain: Domain
    tier: Tier
    max_amount: Money | None
    support: float
    quorum: float
    approval: float
    expires_after: timedelta
    veto: Veto | None
    committee: str | None = None
    concerned_votes: bool = True


def select(mandates: Sequence[Mandate], domain: Domain, amount: Money | None) -> Mandate:
    """The lightest tier that covers `amount`.

    The heaviest tier decides where the amount is unknown, in another currency than the limits, or above all of them.
    """
    candidates = sorted((mandate for mandate in mandates if mandate.domain is domain), key=lambda m: m.tier.rank)
    if not candidates:
        raise NoMandate(N_("The charter names nobody who decides on {domain}; amend its mandates."), domain=domain)
    return next((mandate for mandate in candidates if amount and _covers(mandate, amount)), candidates[-1])


def of_tier(mandates: Sequence[Mandate], domain: Domain, tier: Tier) -> Mandate | None:
    return next((mandate for mandate in mandates if mandate.domain is domain and mandate.tier is tier), None)


def _covers(mandate: Mandate, amount: Money) -> bool:
    limit = mandate.max_amount
    return limit is not None and limit.currency == amount.currency and amount.amount <= limit.amount
