"""A3: where a KPI stands between its baseline and its target, and where it was planned to stand by then.

`p = (y - b) / (T - b)` is right for rising and for falling targets; planned progress is linear in time; `e = p - p*`.
"""

import sys
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from entente_shared.errors import N_, Unprocessable

_LARGEST = sys.float_info.max
BEGINNING = datetime(1800, 1, 1, tzinfo=UTC)  # before any sample (the least datetime would come back as -infinity)


class InvalidTrajectory(Unprocessable):
    slug = "invalid-trajectory"
    title = N_("The trajectory leads nowhere")


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The agreed path of a KPI: linear from `baseline` at `starts_at` to `target` at `due_at`, level afterwards."""

    objective_id: UUID
    revision: int
    baseline: float
    target: float
    starts_at: datetime
    due_at: datetime

    def __post_init__(self) -> None:
        if self.baseline == self.target:
            raise InvalidTrajectory(N_("The target must differ from the baseline."), pointer="/target")
        if self.due_at <= self.starts_at:
            raise InvalidTrajectory(N_("The due date must be after the start."), pointer="/due_at")

    def planned(self, at: datetime) -> float:
        return min(max((at - self.starts_at) / (self.due_at - self.starts_at), 0.0), 1.0)

    def progress(self, value: float) -> float:
        """Raw: it may be negative or above 1. Kept finite where target and baseline nearly coincide."""
        raw = (value - self.baseline) / (self.target - self.baseline)
        return min(max(raw, -_LARGEST), _LARGEST)

    def assess(self, at: datetime, value: float) -> "Assessment":
        planned, progress = self.planned(at), self.progress(value)
        return Assessment(at, value, progress, planned, progress - planned, self)


@dataclass(frozen=True, slots=True)
class Assessment:
    """A value held against the trajectory that was in force at its time."""

    at: datetime
    value: float
    progress: float
    planned: float
    deviation: float
    trajectory: Trajectory

    @property
    def planned_value(self) -> float:
        return self.trajectory.baseline * (1 - self.planned) + self.trajectory.target * self.planned

    @property
    def gap(self) -> float:
        """What is missing, signed, in the KPI's unit."""
        return self.planned_value - self.value


@dataclass(frozen=True, slots=True)
class Segment:
    """From `effective_from` on this trajectory is in force; None: the KPI is tied to no objective."""

    effective_from: datetime
    trajectory: Trajectory | None


class Path:
    """The trajectories of one KPI in the order in which they came into force.

    A changed trajectory holds from the partnership's present on, so that what was judged before stays judged by what
    was agreed then. The first one holds from the beginning: samples pushed before it was signed are judged by it.
    """

    def __init__(self, segments: Sequence[Segment] = ()) -> None:
        self.segments = tuple(segments)
        self._starts = [segment.effective_from for segment in segments]

    def __bool__(self) -> bool:
        return bool(self.segments)

    @property
    def current(self) -> Trajectory | None:
        return self.segments[-1].trajectory if self.segments else None

    def in_force(self, at: datetime) -> Trajectory | None:
        index = bisect_right(self._starts, at) - 1
        return self.segments[index].trajectory if index >= 0 else None

    def assess(self, at: datetime, value: float) -> Assessment | None:
        """None before the trajectory starts, and where none is in force."""
        trajectory = self.in_force(at)
        return trajectory.assess(at, value) if trajectory and at >= trajectory.starts_at else None

    def withdrawals(self, after: datetime) -> list[datetime]:
        """When the KPI lost its trajectory, later than `after`."""
        return [
            segment.effective_from
            for segment in self.segments
            if segment.trajectory is None and segment.effective_from > after
        ]


def governing(candidates: Sequence[Trajectory]) -> Trajectory | None:
    """Of the active trajectories of a KPI the one that starts last, whatever the order in which they were heard of."""
    return max(candidates, key=lambda each: (each.starts_at, each.objective_id.bytes), default=None)


def extend(path: Path, trajectory: Trajectory | None, now: datetime) -> Segment | None:
    """The segment to add so that `trajectory` is in force from now on; None where it already is."""
    if trajectory == path.current:
        return None
    if not path:
        return Segment(BEGINNING, trajectory)
    return Segment(max(now, path.segments[-1].effective_from), trajectory)
