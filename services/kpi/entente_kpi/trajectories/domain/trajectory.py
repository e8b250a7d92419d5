"""One agreed path, and a value held against it.

`p = (y - b) / (T - b)` is right for rising and for falling targets; a band has its own measure (see `Band`). Planned
progress `p*` follows the curve; `e = p - p*`.
"""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from entente_shared.errors import N_, Unprocessable

from . import curves
from .curves import Curve, Floats, Step

_LARGEST = sys.float_info.max
_INSTANT = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class InvalidTrajectory(Unprocessable):
    slug = "invalid-trajectory"
    title = N_("The trajectory leads nowhere")


@dataclass(frozen=True, slots=True)
class Band:
    """The KPI is to be from `low` to `high`.

    With the distance `d(y) = max(low - y, y - high, 0)` progress is `p = 1 - d(y) / s`: 1 anywhere inside, the same on
    both sides. The scale `s` is the baseline's distance `d(b)`, so that the baseline has made no progress; where the
    baseline lies inside already, it is half the band's width. What is planned is `p* = p(b) + (1 - p(b)) c(tau)` for the
    curve `c`: from a baseline outside the curve itself, from one inside 1 throughout.
    """

    low: float
    high: float

    def distance(self, value: float) -> float:
        return max(self.low - value, value - self.high, 0.0)

    def distances(self, values: Floats) -> Floats:
        """`distance` of each."""
        distances: Floats = np.maximum(np.maximum(self.low - values, values - self.high), 0.0)
        return distances


@dataclass(frozen=True)
class Trajectory:
    """The agreed path of a KPI: along `curve` from `baseline` at `starts_at` to `target` at `due_at`, level afterwards.

    With a `band` that is what is to be reached, and `target` names a value in it. `steps` belong to the curve `steps`.
    """

    objective_id: UUID
    revision: int
    baseline: float
    target: float
    starts_at: datetime
    due_at: datetime
    curve: Curve = Curve.LINEAR
    steps: tuple[Step, ...] = ()
    band: Band | None = None

    def __post_init__(self) -> None:
        if self.band is None and self.baseline == self.target:
            raise InvalidTrajectory(N_("The target must differ from the baseline."), pointer="/target")
        if self.band is not None and not self.band.low < (self.band.low + self.band.high) / 2 < self.band.high:
            raise InvalidTrajectory(N_("The band's lower end must lie below its upper one."), pointer="/band")
        if self.due_at <= self.starts_at:
            raise InvalidTrajectory(N_("The due date must be after the start."), pointer="/due_at")
        if self.curve is Curve.STEPS and not curves.in_order(self.steps):
            raise InvalidTrajectory(
                N_("The steps must rise in time, within the path, and never fall."), pointer="/steps"
            )

    @cached_property
    def _scale(self) -> float:
        """The distance from the band that counts as no progress."""
        assert self.band is not None, "only a band has one"
        return self.band.distance(self.baseline) or (self.band.high - self.band.low) / 2

    @cached_property
    def _whole(self) -> float:
        """From the start to the due date, in microseconds."""
        return float((self.due_at - self.starts_at) // _INSTANT)

    @cached_property
    def _begins_inside(self) -> bool:
        return self.band is not None and self.band.distance(self.baseline) == 0

    @property
    def is_straight(self) -> bool:
        """From baseline to target evenly, so that a formula for many such at once will do."""
        return self.curve is Curve.LINEAR and self.band is None

    def planned(self, at: datetime) -> float:
        if self._begins_inside:
            return 1.0
        elapsed = float((at - self.starts_at) // _INSTANT) / self._whole
        return curves.share(self.curve, self.steps, min(max(elapsed, 0.0), 1.0))

    def progress(self, value: float) -> float:
        """Raw: it may be negative or above 1. Kept finite where target and baseline nearly coincide."""
        if self.band is not None:
            raw = 1.0 - self.band.distance(value) / self._scale
        else:
            raw = (value - self.baseline) / (self.target - self.baseline)
        return min(max(raw, -_LARGEST), _LARGEST)

    def assess(self, at: datetime, value: float) -> "Assessment":
        planned, progress = self.planned(at), self.progress(value)
        return Assessment(at, value, progress, planned, progress - planned, self)

    def deviations(self, times: NDArray[np.int64], values: Floats) -> Floats:
        """`assess(...).deviation` of each sample, to the last bit. `times` are microseconds since 1970 UTC."""
        deviations: Floats = self._progresses(values) - self._plan(times)
        return deviations

    def _plan(self, times: NDArray[np.int64]) -> Floats:
        if self._begins_inside:
            return np.ones(len(times))
        elapsed = (times - (self.starts_at - _EPOCH) // _INSTANT).astype(np.float64) / self._whole
        return curves.shares(self.curve, self.steps, np.clip(elapsed, 0.0, 1.0))

    def _progresses(self, values: Floats) -> Floats:
        with np.errstate(over="ignore"):  # as for single values, what overflows is kept finite
            if self.band is not None:
                raw = 1.0 - self.band.distances(values) / self._scale
            else:
                raw = (values - self.baseline) / (self.target - self.baseline)
        return np.clip(raw, -_LARGEST, _LARGEST)

    def planned_value(self, planned: float, value: float) -> float:
        """What the KPI should be: of a band, the value nearest to `value` that is as near to the band as planned."""
        if self.band is None:
            return self.baseline * (1 - planned) + self.target * planned
        allowed = self._scale * (1 - planned)
        return min(max(value, self.band.low - allowed), self.band.high + allowed)

    def reached(self, values: Floats) -> NDArray[np.bool_]:
        """Which of the values meet what is to be reached."""
        met: NDArray[np.bool_]
        if self.band is not None:
            met = self.band.distances(values) == 0
        else:
            met = values >= self.target if self.target > self.baseline else values <= self.target
        return met


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
        return self.trajectory.planned_value(self.planned, self.value)

    @property
    def gap(self) -> float:
        """What is missing, signed, in the KPI's unit."""
        return self.planned_value - self.value
