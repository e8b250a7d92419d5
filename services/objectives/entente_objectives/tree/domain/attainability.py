"""Whether a target can be reached in time, judged by what was reached before. It is advice, never a refusal."""

from dataclasses import dataclass
from datetime import datetime

from .rollup import clamp


@dataclass(frozen=True, slots=True)
class Record:
    """An objective's path and what was reached on it. `reached`: the latest (time, value, progress); None: nothing yet.

    `baselines`: where its paths began, which were values of the KPI in their time.
    """

    target: float
    starts_at: datetime
    due_at: datetime
    baselines: tuple[float, ...]
    reached: tuple[datetime, float, float] | None


@dataclass(frozen=True, slots=True)
class Pace:
    """`ratio`: the pace that the rest of the way asks for, as a multiple of the pace so far (infinite: none so far)."""

    best: float
    ratio: float


def pace(record: Record, now: datetime) -> Pace | None:
    """None where nothing has been measured, or where no time has passed by which a pace could be told.

    The best value known is the nearest to the target among the baselines and the latest value. Pace so far: progress by the time
    from the start to the latest sample. Pace asked for: the rest of the way by the time from now to the due date.
    """
    if record.reached is None or record.reached[0] <= record.starts_at:
        return None
    at, value, progress = record.reached
    best = min((*record.baselines, value), key=lambda known: abs(known - record.target))
    rest = 1.0 - clamp(progress)
    left = (record.due_at - now).total_seconds()
    if rest == 0:
        return Pace(best, 0.0)
    if progress <= 0 or left <= 0:
        return Pace(best, float("inf"))
    so_far = progress / (at - record.starts_at).total_seconds()
    return Pace(best, rest / left / so_far)
