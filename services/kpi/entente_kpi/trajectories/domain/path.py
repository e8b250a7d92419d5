"""The trajectories of one KPI, one after the other."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from .trajectory import Assessment, Trajectory

BEGINNING = datetime(1800, 1, 1, tzinfo=UTC)  # before any sample (the least datetime would come back as -infinity)


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
