"""The agreed path of a KPI: a line from its baseline to its target, rising or falling."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from entente_shared.errors import N_, Conflict, Unprocessable


class Direction(StrEnum):
    RISING = "rising"
    FALLING = "falling"


class Curve(StrEnum):
    LINEAR = "linear"


class InvalidPath(Unprocessable):
    slug, title = "invalid-path", N_("The path of the objective cannot be followed")


class ObjectiveRetired(Conflict):
    slug, title = "objective-retired", N_("The objective is no longer in the charter")


@dataclass(frozen=True)
class Path:
    """Values in the KPI's unit; the plan is linear from `baseline` at `starts_at` to `target` at `due_at`."""

    baseline: float
    target: float
    starts_at: datetime
    due_at: datetime

    @property
    def direction(self) -> Direction:
        return Direction.RISING if self.target > self.baseline else Direction.FALLING

    def planned(self, at: datetime) -> float:
        """The planned value at `at`: the baseline before the start, the target after the due date."""
        elapsed = (at - self.starts_at) / (self.due_at - self.starts_at)
        return self.baseline + (self.target - self.baseline) * min(max(elapsed, 0.0), 1.0)


def check_path(path: Path, pointer: str = "") -> None:
    """Refuse a path on which progress is undefined. `pointer` is where the path stands in the request."""
    if path.target == path.baseline:
        raise InvalidPath(
            N_("target: equals the baseline, so that progress cannot be measured; choose another target."),
            pointer=f"{pointer}/target",
        )
    if path.due_at <= path.starts_at:
        raise InvalidPath(
            N_("due_at: is not after the start of the path; choose a later due date."),
            pointer=f"{pointer}/due_at",
        )
