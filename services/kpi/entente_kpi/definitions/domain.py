"""What a KPI and its threshold rule must be to make sense."""

from datetime import timedelta
from enum import StrEnum

from entente_shared.errors import N_, Unprocessable

from ..evaluation.domain import Rule

LONGEST = timedelta(days=36_525)


class OnConflict(StrEnum):
    """What becomes of another value for a time that has one, where the sender cannot mark it as a correction."""

    REJECT = "reject"
    CORRECT = "correct"


class InvalidRule(Unprocessable):
    slug = "invalid-rule"
    title = N_("The threshold rule makes no sense")


class InvalidCadence(Unprocessable):
    slug = "invalid-cadence"
    title = N_("The cadence makes no sense")


def check_cadence(cadence: timedelta) -> None:
    if not timedelta(0) < cadence <= LONGEST:
        raise InvalidCadence(N_("The cadence must be longer than zero and at most 100 years."), pointer="/cadence")


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
