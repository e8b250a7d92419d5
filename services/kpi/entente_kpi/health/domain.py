"""A10: the health index `H = 100 * prod(h_k ** w_k)`, a weighted geometric mean: a strength cannot hide a failure.

All components are 0..1, better above. Nothing that the parties signed weighs them, so that all weigh the same; one that
was not measured is left out, and the others' weights are made to sum to 1 again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import exp2, prod
from typing import Any

from ..scorecard.domain import Standing, clamp

RULE_VERSION = "A10/1"
TIMER = "health"
MINUTE = timedelta(minutes=1)
"""Between two publications of a partnership's health, unless its status changed."""

FAILING = 0.3
HALVING_LOAD = 4.0
HALF_LIFE = timedelta(days=180)
"""Of a commitment's weight, from its due date on; that of the parties' reliability in objectives."""


class Component(StrEnum):
    ATTAINMENT = "attainment"
    SATISFACTION = "satisfaction"
    PERCEPTION = "perception"
    RELIABILITY = "reliability"
    CONFLICT_LOAD = "conflict_load"
    EQUITY = "equity"
    ENGAGEMENT = "engagement"


SOURCES = {
    Component.ATTAINMENT: "kpi: progress of the KPIs",
    Component.SATISFACTION: "kpi: survey_closed",
    Component.PERCEPTION: "kpi: survey_closed",
    Component.RELIABILITY: "objectives: commitment_resolved",
    Component.CONFLICT_LOAD: "conflicts: case_opened, level_reached, case_closed",
    Component.EQUITY: "resources: allocation_published",
    Component.ENGAGEMENT: "kpi: survey_closed",
}


class Status(StrEnum):
    """From the best to the worst."""

    GOOD = "good"
    FAIR = "fair"
    WATCH = "watch"
    CRITICAL = "critical"


_FROM = {Status.GOOD: 75.0, Status.FAIR: 60.0, Status.WATCH: 40.0, Status.CRITICAL: 0.0}
_ORDER = tuple(Status)


@dataclass(frozen=True, slots=True)
class Index:
    """`score` is 0..100. `capped`: a component below 0.3 keeps the status from being better than `watch`."""

    score: float
    status: Status
    capped: bool
    weights: Mapping[Component, float]
    missing: Sequence[Component]


def index(values: Mapping[Component, float]) -> Index | None:
    """The index of what was measured. None where nothing was but the cases: that nobody quarrels is no health by itself."""
    if not values.keys() - {Component.CONFLICT_LOAD}:
        return None
    weights = {component: 1 / len(values) for component in Component if component in values}
    product = prod(clamp(values[component]) ** weight for component, weight in weights.items())
    score = round(100 * product, 9)  # so that 0.75 of everything is 75, and good
    by_score = next(status for status, least in _FROM.items() if score >= least)
    failing = any(value < FAILING for value in values.values())
    status = max(by_score, Status.WATCH, key=_ORDER.index) if failing else by_score
    missing = [component for component in Component if component not in values]
    return Index(score, status, status is not by_score, weights, missing)


def attainment(standings: Iterable[Standing]) -> float | None:
    """The weighted mean of `1 + e`, clamped to 0..1: 1 on plan or ahead of it, 0.75 a quarter of the way behind."""
    measured = [(each.weight, each.assessment.deviation) for each in standings if each.assessment]
    total = sum(weight for weight, _ in measured)
    return sum(weight * clamp(1 + deviation) for weight, deviation in measured) / total if total else None


def conflict_load(levels: Iterable[int]) -> float:
    """Each open case weighs its level on the ladder (from 1); a load of four halves the component."""
    return float(0.5 ** (sum(levels) / HALVING_LOAD))


def reliability(commitments: Iterable[tuple[bool, datetime]], now: datetime) -> float | None:
    """The weighted share of commitments, each by whether it was kept in time and its due date, that were kept."""
    weighed = [(kept, exp2(-(max(now - due_at, timedelta()) / HALF_LIFE))) for kept, due_at in commitments]
    total = sum(weight for _, weight in weighed)
    return clamp(sum(weight for kept, weight in weighed if kept) / total) if total else None


def perception(gap: float) -> float:
    """`gap` is the parties' weighted mean difference on the same questions, 0..1."""
    return clamp(1 - gap)


def engagement(answered: int, invited: int) -> float | None:
    """The share of those asked who answered."""
    return clamp(answered / invited) if invited else None


def equity(certificate: Mapping[str, Any]) -> float | None:
    """A8's index of Jain, stretched from 1/n..1 (one has all .. all have the same) to 0..1, for the n parties it names."""
    jain, parties = certificate.get("jain"), certificate.get("parties")
    if not isinstance(jain, int | float):
        return None
    least = 1 / len(parties) if isinstance(parties, list) and len(parties) > 1 else 0.0
    return clamp((jain - least) / (1 - least))


def rounded(values: Mapping[Component, float]) -> dict[str, float]:
    """What a reader would call the same health is the same."""
    return {component.value: round(values[component], 3) for component in Component if component in values}
