"""Damping of automatic adjustments (A2), after route-flap damping (RFC 2439), in event time.

The penalty and the cool-down are a KPI's own, as RFC 2439 damps a route and not its router; the hard cap counts what
happened automatically in the whole partnership. Only adjustments that were decided automatically count.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

RULE_VERSION = "A2/1"
CHARGE = 1000.0
SUPPRESS_ABOVE = 2000.0
REUSE_BELOW = 750.0


class Hold(StrEnum):
    """Why an automatic adjustment is held back."""

    DAMPING = "damping"
    CAP = "cap"
    COOL_DOWN = "cool_down"


@dataclass(frozen=True)
class Policy:
    half_life: timedelta
    cap: int
    review_period: timedelta
    cool_down: timedelta


@dataclass(frozen=True)
class Damping:
    """A KPI's penalty as of `at`. Once above 2000 it is suppressed until it has decayed below 750."""

    penalty: float = 0.0
    at: datetime | None = None
    suppressed: bool = False


@dataclass(frozen=True)
class Held:
    reason: Hold
    penalty: float
    until: datetime


def penalty_at(damping: Damping, at: datetime, half_life: timedelta) -> float:
    """P(t) = P0 * 2^(-dt/H). A moment before the last charge has that charge's penalty."""
    if damping.at is None or half_life <= timedelta():
        return 0.0
    elapsed = max(timedelta(), at - damping.at)
    return float(damping.penalty * 2.0 ** -(elapsed / half_life))


def charge(damping: Damping, at: datetime, half_life: timedelta) -> Damping:
    """Count one automatic adjustment at `at`. One that comes late has decayed since, so that their order does not matter."""
    if half_life <= timedelta():
        return Damping(0.0, at, suppressed=False)
    latest = at if damping.at is None else max(at, damping.at)
    late = float(2.0 ** -((latest - at) / half_life))
    penalty = penalty_at(damping, latest, half_life) + CHARGE * late
    held = is_suppressed(damping, latest, half_life) or penalty > SUPPRESS_ABOVE
    return Damping(penalty, latest, suppressed=held)


def is_suppressed(damping: Damping, at: datetime, half_life: timedelta) -> bool:
    return damping.suppressed and penalty_at(damping, at, half_life) >= REUSE_BELOW


def reusable_at(damping: Damping, half_life: timedelta) -> datetime:
    """When a suppressed penalty will have decayed to 750."""
    assert damping.at is not None, "a penalty was charged at some moment"
    return damping.at + half_life * max(0.0, math.log2(damping.penalty / REUSE_BELOW))


def hold(
    damping: Damping, automatic_at: list[datetime], latest_of_kpi: datetime | None, at: datetime, policy: Policy
) -> Held | None:
    """Whether an automatic adjustment at `at` is held back, and until when at least; the longest hold is named.

    `automatic_at` are the partnership's automatic adjustments; the last one of this KPI starts the cool-down.
    """
    holds: list[tuple[datetime, Hold]] = []
    if is_suppressed(damping, at, policy.half_life):
        holds.append((reusable_at(damping, policy.half_life), Hold.DAMPING))
    recent = sorted(moment for moment in automatic_at if at - policy.review_period < moment <= at)
    if len(recent) >= policy.cap:
        holds.append(((recent[-policy.cap] if policy.cap else at) + policy.review_period, Hold.CAP))
    if latest_of_kpi is not None and at < latest_of_kpi + policy.cool_down:
        holds.append((latest_of_kpi + policy.cool_down, Hold.COOL_DOWN))
    if not holds:
        return None
    until, reason = max(holds, key=lambda found: found[0])
    return Held(reason, penalty_at(damping, at, policy.half_life), until)
