"""Did an applied adjustment bring the KPI back? Judged in event time, after its horizon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import fmean

Point = tuple[datetime, float]
_LONGEST = timedelta(days=365_250)  # so that no cadence leads beyond the calendar


class Outcome(StrEnum):
    WAITING = "waiting"
    VERIFIED = "verified"
    STILL_DEVIATING = "still_deviating"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Watch:
    """What verification waits for: `samples` samples at or after `horizon_at`.

    `value` is the KPI's when the adjustment was applied.
    """

    horizon_at: datetime
    samples: int
    value: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """`measured_effect` is the mean after the horizon less the value at application, in the KPI's unit."""

    outcome: Outcome
    at: datetime
    measured_effect: float | None


def deadline(horizon_at: datetime, samples: int, cadence: timedelta) -> datetime:
    """When (partnership clock) the samples waited for are overdue."""
    return horizon_at + min(samples * cadence, _LONGEST)


def judge(watch: Watch, after: Sequence[Point], *, ended_at: datetime | None) -> Verdict | None:
    """The verdict once enough samples are there; `ended_at` is when the deviation was closed, or annulled, if it was.

    Judged as of the last sample waited for, so that samples that came along with it change nothing.
    """
    if len(after) < watch.samples:
        return None
    counted = after[: watch.samples]
    at = counted[-1][0]
    ended = ended_at is not None and ended_at <= at
    return Verdict(Outcome.VERIFIED if ended else Outcome.STILL_DEVIATING, at, _effect(watch, counted))


def give_up(watch: Watch, after: Sequence[Point], now: datetime) -> Verdict:
    """The verdict when the samples waited for have not come in time."""
    return Verdict(Outcome.NO_DATA, now, _effect(watch, after) if after else None)


def _effect(watch: Watch, samples: Sequence[Point]) -> float:
    return fmean(value for _, value in samples) - watch.value
