"""Mandates that contradict themselves, or leave a decision without anybody to take it."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise

from entente_shared.errors import N_, Unprocessable

from .mandate import Domain, Mandate, Tier

# What the system itself opens decisions on needs somebody who decides; proposals are there where the charter wants them.
REQUIRED = (Domain.ADJUSTMENT, Domain.REBASELINE)
LONGEST_NOTICE = timedelta(days=260)
DAY = timedelta(days=1)


class InvalidMandate(Unprocessable):
    slug, title = "invalid-mandate", N_("The mandates leave open who decides")


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
