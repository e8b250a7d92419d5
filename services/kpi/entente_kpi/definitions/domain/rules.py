"""What a threshold rule must be to make sense."""

from dataclasses import replace
from datetime import timedelta

from entente_shared.errors import N_, Unprocessable

from ...evaluation.domain import BurnRate, Rule, RuleKind, usual_windows

LONGEST = timedelta(days=36_525)


class InvalidRule(Unprocessable):
    slug = "invalid-rule"
    title = N_("The threshold rule makes no sense")


def check_rule(rule: Rule) -> None:
    """Hysteresis needs a recovery threshold that is strictly better than the one that fires."""
    if rule.theta_off <= rule.theta_on:
        raise InvalidRule(
            N_("theta_off must be above theta_on, so that a value cannot both fire and recover."),
            pointer="/rule/theta_off",
        )
    durations = {"for": rule.hold, "keep": rule.keep, "evaluation_delay": rule.evaluation_delay}
    for field, duration in durations.items():
        if not timedelta(0) <= duration <= LONGEST:
            raise InvalidRule(
                N_("{field} must be zero or longer, and at most 100 years."), pointer=f"/rule/{field}", field=field
            )
    if rule.stale_after is not None and not timedelta(0) < rule.stale_after <= LONGEST:
        raise InvalidRule(
            N_("stale_after must be longer than zero and at most 100 years."), pointer="/rule/stale_after"
        )
    if rule.burn is not None:
        _check_burn(rule.burn)


def with_windows(rule: Rule, cadence: timedelta) -> Rule:
    """A burn rate that names no windows has the usual ones, by the KPI's cadence."""
    if rule.burn is None or rule.burn.windows:
        return rule
    return replace(rule, burn=replace(rule.burn, windows=usual_windows(cadence)))


def check_kind(kind: RuleKind, *, burns: bool) -> None:
    if burns != (kind is RuleKind.BURN_RATE):
        raise InvalidRule(
            N_("burn: belongs to rules of the kind burn_rate, and only to them; give both or neither."),
            pointer="/rule/burn",
        )


def _check_burn(burn: BurnRate) -> None:
    if not burn.windows:
        raise InvalidRule(N_("windows: none; give at least one."), pointer="/rule/burn/windows")
    for index, window in enumerate(burn.windows):
        pointer = f"/rule/burn/windows/{index}"
        if not timedelta(0) < window.short < window.long <= LONGEST:
            raise InvalidRule(
                N_(
                    "The short window must be longer than zero and shorter than the long one, which is at most 100 years."
                ),
                pointer=f"{pointer}/short",
            )
        if window.factor * burn.allowed >= 1:
            raise InvalidRule(
                N_("factor: times the allowed share is 1 or more, which no share exceeds; lower one of the two."),
                pointer=f"{pointer}/factor",
            )
