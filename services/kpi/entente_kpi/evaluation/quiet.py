"""Which KPIs new samples leave as they are: the part of evaluation that has to be fast. Pure.

Samples later than the moment at which a KPI became OK, all above its threshold, change neither its state nor any deviation,
in whatever order they come: nothing holds while it is OK. So do those below the recovering threshold of a KPI that is FIRING.
All there is to note is that they were seen. Everything else is evaluated in full.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from ..progress.domain import Announced
from ..series.moments import to_us
from .domain import State
from .plans import Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Standing(msgspec.Struct, frozen=True):
    """A track as ingest sees it, moments in microseconds. `watched`: a verification waits for samples."""

    state: State
    since: int
    until: int
    latest_at: int | None
    silent: bool
    silence_armed: bool
    watched: bool
    contested: bool
    kept_from: int | None
    progress: Announced
    plan: Plan

    def after(self, latest_at: int, progress: Announced) -> "Standing":
        """Where it stands after samples that changed nothing, by the latest of them."""
        newest = latest_at if self.latest_at is None else max(self.latest_at, latest_at)
        until = max(self.until, latest_at) if self.plan.path else self.until
        return msgspec.structs.replace(self, latest_at=newest, until=until, progress=progress)

    def could_be_quiet(self, first: int, last: int, present: datetime) -> bool:
        """Whether only the values can make a difference, for samples from `first` to `last` (microseconds), all new.

        `present` is the partnership's.
        """
        plan = self.plan
        return (
            not self.watched
            and not self._silence_changes(last, present)
            and (
                not plan.path
                or (
                    self.state in (State.OK, State.FIRING)
                    and not plan.rule.evaluation_delay
                    and plan.rule.burn is None
                    and self.until >= plan.in_force_from
                    and first > self.since
                    and first > plan.in_force_from
                )
            )
        )

    def _silence_changes(self, last: int, present: datetime) -> bool:
        stale_after = self.plan.rule.stale_after
        if stale_after is None:
            return False
        return self.silent or not self.silence_armed or to_us(present - stale_after) >= last


def quiet(standings: Sequence[Standing], present: datetime, starts: Ints, times: Ints, values: Floats) -> list[bool]:
    """For each KPI whether its samples, from its start in the arrays up to the next one's, change nothing."""
    ends = np.append(starts[1:], len(times))
    firsts, lasts = times[starts].tolist(), times[ends - 1].tolist()
    likely = [
        each.could_be_quiet(first, last, present) for each, first, last in zip(standings, firsts, lasts, strict=True)
    ]
    beyond = _beyond(standings, likely, starts, times, values)
    any_beyond = np.add.reduceat(beyond, starts, dtype=np.int64) > 0
    return [each and not crossed for each, crossed in zip(likely, any_beyond.tolist(), strict=True)]


def _beyond(
    standings: Sequence[Standing], likely: Sequence[bool], starts: Ints, times: Ints, values: Floats
) -> NDArray[np.bool_]:
    """Which samples lie beyond the threshold that matters in their KPI's state (none where there is no trajectory)."""
    counts = np.append(starts, len(times))[1:] - starts
    judged = [each.plan.trajectory if wanted else None for each, wanted in zip(standings, likely, strict=True)]
    parameters = [
        each.plan.lines[each.state is State.OK] if trajectory and each.plan.lines else _NEVER
        for each, trajectory in zip(standings, judged, strict=True)
    ]
    baseline, width, starts_at, length, threshold, sign = np.repeat(np.array(parameters), counts, axis=0).T
    elapsed = times - starts_at
    with np.errstate(over="ignore"):  # beyond all thresholds is beyond them
        deviation = (values - baseline) / width - np.clip(elapsed / length, 0.0, 1.0)
    for trajectory, begin, end in zip(judged, starts.tolist(), (starts + counts).tolist(), strict=True):
        if trajectory and not trajectory.is_straight:
            deviation[begin:end] = trajectory.deviations(times[begin:end], values[begin:end])
    beyond: NDArray[np.bool_] = (sign * deviation <= sign * threshold) & (elapsed >= 0)
    return beyond


_NEVER = (0.0, 1.0, 0.0, 1.0, -np.inf, 1.0)
