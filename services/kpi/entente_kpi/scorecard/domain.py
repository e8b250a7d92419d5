"""A3's roll-up: `sum(w * p) / sum(w)` over progress clamped to 0..1, so that no KPI can make up for another's failure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum
from uuid import UUID

from ..definitions.domain import Level
from ..trajectories.domain import Assessment

STEADY_WITHIN = 0.01
"""A change of progress by less than one point in a hundred is none."""


class Course(StrEnum):
    IMPROVING = "improving"
    STEADY = "steady"
    WORSENING = "worsening"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a KPI stands: its newest sample, held against what is agreed now (None: nothing is, or it has no sample yet)."""

    kpi_id: UUID
    level: Level
    objective_id: UUID | None
    assessment: Assessment | None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class RollUp:
    """`measured` of `kpis` have a progress; the figures are theirs, and None where there are none."""

    kpis: int
    measured: int
    progress: float | None
    planned: float | None

    @property
    def deviation(self) -> float | None:
        return None if self.progress is None or self.planned is None else self.progress - self.planned


@dataclass(frozen=True, slots=True)
class Trend:
    """`change` is of the value, in the KPI's unit; `progress` is its change, None where nothing was agreed then or now."""

    change: float
    progress: float | None

    @property
    def course(self) -> Course | None:
        if self.progress is None:
            return None
        if abs(self.progress) < STEADY_WITHIN:
            return Course.STEADY
        return Course.IMPROVING if self.progress > 0 else Course.WORSENING


def roll_up(standings: Iterable[Standing]) -> RollUp:
    """Progress and plan of several KPIs together, by their weights."""
    kpis = list(standings)
    measured = [(each.weight, each.assessment) for each in kpis if each.assessment]
    weight = fsum(weight for weight, _ in measured)
    if not weight:
        return RollUp(len(kpis), len(measured), None, None)
    progress = fsum(weight * clamp(each.progress) for weight, each in measured) / weight
    planned = fsum(weight * clamp(each.planned) for weight, each in measured) / weight
    return RollUp(len(kpis), len(measured), clamp(progress), clamp(planned))


def by_level(standings: Sequence[Standing]) -> dict[Level, RollUp]:
    return {level: roll_up(each for each in standings if each.level is level) for level in Level}


def by_objective(standings: Sequence[Standing]) -> dict[UUID, RollUp]:
    """Those to which no objective is tied are in none."""
    grouped: dict[UUID, list[Standing]] = {}
    for each in standings:
        if each.objective_id is not None:
            grouped.setdefault(each.objective_id, []).append(each)
    return {objective_id: roll_up(of_it) for objective_id, of_it in grouped.items()}


def trend(before: tuple[float, Assessment | None], now: tuple[float, Assessment | None]) -> Trend:
    """What changed between two values and what they were held against."""
    then, present = before[1], now[1]
    return Trend(now[0] - before[0], present.progress - then.progress if present and then else None)


def clamp(share: float) -> float:
    return min(max(share, 0.0), 1.0)
