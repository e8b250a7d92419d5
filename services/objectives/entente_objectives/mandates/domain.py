"""Mandates: who decides in which domain up to which amount."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from entente_shared.errors import N_, Conflict, Unprocessable


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


# What the system itself opens decisions on needs somebody who decides; proposals are there where the charter wants them.
REQUIRED = (Domain.ADJUSTMENT, Domain.REBASELINE)
LONGEST_NOTICE = timedelta(days=260)
DAY = timedelta(days=1)


class InvalidMandate(Unprocessable):
    slug, title = "invalid-mandate", N_("The mandates leave open who decides")


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


def check(mandates: Sequence[Mandate]) -> None:
    """Refuse mandates that contradict themselves or leave a decision without anybody to take it."""
    for index, mandate in enumerate(mandates):
        _check_alone(mandate, f"/mandates/{index}")
    for domain in Domain:
        named = [(index, mandate) for index, mandate in enumerate(mandates) if mandate.domain is domain]
        if named or domain in REQUIRED:
            _check_domain(domain, named)


def _check_alone(mandate: Mandate, pointer: str) -> None:
    rules: list[tuple[Callable[[Mandate], bool], str, str]] = [
        (lambda m: not 0 <= m.support < 1, "support", N_("support: must be from 0 to below 1; votes pass above it.")),
        (lambda m: not 0 <= m.quorum <= 1, "quorum", N_("quorum: must be from 0 to 1.")),
        (lambda m: not 0 <= m.approval <= 1, "approval", N_("approval: must be from 0 to 1.")),
        (
            lambda m: m.max_amount is not None and m.max_amount.amount <= 0,
            "max_amount",
            N_("max_amount: must be above 0; use null for no limit."),
        ),
        (lambda m: m.expires_after <= timedelta(), "expires_after", N_("expires_after: must be longer than nothing.")),
        (
            lambda m: m.domain is Domain.REBASELINE and m.tier is Tier.AUTOMATIC,
            "tier",
            N_("tier: a goal never moves without a vote; choose another tier than automatic."),
        ),
        (
            lambda m: m.domain is Domain.GENERAL and m.tier is Tier.AUTOMATIC,
            "tier",
            N_("tier: a proposal is for people to decide; choose another tier than automatic."),
        ),
        (
            lambda m: m.committee is not None and m.tier is not Tier.COMMITTEE,
            "committee",
            N_("committee: only the tier committee is decided by one; leave it out or choose that tier."),
        ),
        (
            lambda m: m.tier is Tier.AUTOMATIC and m.veto is not None,
            "veto",
            N_("veto: an automatic decision leaves no time to object; leave the veto out or choose another tier."),
        ),
        (
            lambda m: m.veto is not None and not timedelta() < m.veto.window <= m.expires_after,
            "veto/window",
            N_("veto.window: must be longer than nothing and at most expires_after."),
        ),
        (lambda m: m.veto is not None and not m.veto.grounds, "veto/grounds", N_("veto.grounds: name at least one.")),
        (
            lambda m: m.veto is not None and not _whole_days(m.veto.deemed_after),
            "veto/deemed_after",
            N_("veto.deemed_after: counts working days; send whole days, from P1D to P260D, or leave it out."),
        ),
    ]
    for broken, field, detail in rules:
        if broken(mandate):
            raise InvalidMandate(detail, pointer=f"{pointer}/{field}")


def _whole_days(notice: timedelta | None) -> bool:
    return notice is None or (DAY <= notice <= LONGEST_NOTICE and notice % DAY == timedelta())


def _check_domain(domain: Domain, mandates: Sequence[tuple[int, Mandate]]) -> None:
    ordered = sorted(mandates, key=lambda item: item[1].tier.rank)
    if not ordered:
        raise InvalidMandate(
            N_("mandates: nobody decides on {domain}; add a mandate of that domain without max_amount."),
            pointer="/mandates",
            domain=domain,
        )
    for (_, lighter), (index, heavier) in pairwise(ordered):
        _check_step(lighter, heavier, f"/mandates/{index}")
    last, heaviest = ordered[-1]
    if heaviest.max_amount is not None:
        raise InvalidMandate(
            N_("max_amount: the heaviest tier on {domain} has a limit, and nobody could decide above it; use null."),
            pointer=f"/mandates/{last}/max_amount",
            domain=domain,
        )


def _check_step(lighter: Mandate, heavier: Mandate, pointer: str) -> None:
    if lighter.tier is heavier.tier:
        raise InvalidMandate(
            N_("tier: {tier} stands twice on {domain}; keep one mandate for each tier."),
            pointer=f"{pointer}/tier",
            tier=heavier.tier,
            domain=heavier.domain,
        )
    low, high = lighter.max_amount, heavier.max_amount
    if low is None:
        raise InvalidMandate(
            N_(
                "tier: {tier} never decides, since the lighter tier {lighter} has no limit; give that one a max_amount."
            ),
            pointer=f"{pointer}/tier",
            tier=heavier.tier,
            lighter=lighter.tier,
        )
    if high is not None and (low.currency != high.currency or low.amount >= high.amount):
        raise InvalidMandate(
            N_("max_amount: a heavier tier needs a higher limit, in the same currency; raise it above {limit}."),
            pointer=f"{pointer}/max_amount",
            limit=f"{low.amount} {low.currency}",
        )
