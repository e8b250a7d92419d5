"""The agreed path of a KPI: from its baseline to its target, rising or falling, or into a band."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from entente_shared.errors import N_, Conflict, Unprocessable


class Direction(StrEnum):
    RISING = "rising"
    FALLING = "falling"
    BAND = "band"


class Curve(StrEnum):
    LINEAR = "linear"
    S_CURVE = "s_curve"
    STEPS = "steps"


@dataclass(frozen=True)
class Step:
    """From `elapsed` of the time on, `planned` of the way is planned to be behind; both are ratios."""

    elapsed: float
    planned: float


@dataclass(frozen=True)
class Band:
    """From `low` to `high`, in the KPI's unit."""

    low: float
    high: float


class InvalidPath(Unprocessable):
    slug, title = "invalid-path", N_("The path of the objective cannot be followed")


class ObjectiveRetired(Conflict):
    slug, title = "objective-retired", N_("The objective is no longer in the charter")


@dataclass(frozen=True)
class Path:
    """From `baseline` at `starts_at` along the curve to `target` at `due_at`, in the KPI's unit; kpi computes by it.

    With a `band` that is what is to be reached, and `target` lies in it. `steps` belong to the curve `steps`.
    """

    baseline: float
    target: float
    starts_at: datetime
    due_at: datetime
    curve: Curve = Curve.LINEAR
    steps: tuple[Step, ...] = ()
    band: Band | None = None

    @property
    def direction(self) -> Direction:
        if self.band is not None:
            return Direction.BAND
        return Direction.RISING if self.target > self.baseline else Direction.FALLING

    def moved(self, baseline: float, target: float, starts_at: datetime, due_at: datetime) -> "Path":
        """The same curve between other ends. A band goes along with its target, as wide as it was."""
        band = self.band
        if band is not None:
            way = target - self.target
            band = Band(min(band.low + way, target), max(band.high + way, target))
        return Path(baseline, target, starts_at, due_at, self.curve, self.steps, band)


def check_path(path: Path, pointer: str = "") -> None:
    """Refuse a path on which progress is undefined. `pointer` is where the path stands in the request."""
    if path.band is None and path.target == path.baseline:
        raise InvalidPath(
            N_("target: equals the baseline, so that progress cannot be measured; choose another target."),
            pointer=f"{pointer}/target",
        )
    if path.due_at <= path.starts_at:
        raise InvalidPath(
            N_("due_at: is not after the start of the path; choose a later due date."),
            pointer=f"{pointer}/due_at",
        )
    for field, detail in (*_band(path), *_curve(path)):
        raise InvalidPath(detail, pointer=f"{pointer}/{field}")


def _band(path: Path) -> Iterator[tuple[str, str]]:
    band = path.band
    if band is None:
        return
    if not band.low < (band.low + band.high) / 2 < band.high:
        yield "band", N_("band: low is not below high; give the lower end first.")
    if not band.low <= path.target <= band.high:
        yield "target", N_("target: lies outside the band; choose a value from low to high.")


def _curve(path: Path) -> Iterator[tuple[str, str]]:
    if path.curve is Curve.STEPS and not path.steps:
        yield "steps", N_("steps: none; say at least once how much is planned to be reached by when.")
    if path.curve is not Curve.STEPS and path.steps:
        yield "steps", N_("steps: belong to the curve `steps` alone; leave them out or choose that curve.")
    before = Step(0.0, 0.0)
    for index, step in enumerate(path.steps):
        if not before.elapsed < step.elapsed <= 1:
            yield f"steps/{index}/elapsed", N_("elapsed: must be above that of the step before, and at most 1.")
        if not before.planned <= step.planned <= 1:
            yield f"steps/{index}/planned", N_("planned: must not be below that of the step before, nor above 1.")
        before = step
