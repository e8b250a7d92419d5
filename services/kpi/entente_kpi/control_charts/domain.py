"""A5: an individuals chart (Shewhart; Wheeler and Chambers 1992) on the deviations from plan. It warns, and triggers nothing.

Limits are the mean +- 2.66 times the mean moving range. Of the Western Electric rules only two are applied: all four
together cry wolf every 90 points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

RULE_VERSION = "A5/1"
_LIMIT = 2.66  # 3 / d2 for ranges of two
_RUN = 8


class Signal(StrEnum):
    """BEYOND: outside the limits. RUN: the eighth, or a later, in a row on one side of the mean."""

    BEYOND = "beyond"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Chart:
    """Of deviations, which are ratios; `signals` by point. One point alone has no range, and so no limits."""

    mean: float | None
    moving_range: float | None
    lower: float | None
    upper: float | None
    signals: list[list[Signal]]


def chart(deviations: Sequence[float]) -> Chart:
    if len(deviations) < 2:
        return Chart(None, None, None, None, [[] for _ in deviations])
    mean = sum(deviations) / len(deviations)
    ranges = [abs(after - before) for before, after in pairwise(deviations)]
    moving_range = sum(ranges) / len(ranges)
    lower, upper = mean - _LIMIT * moving_range, mean + _LIMIT * moving_range
    runs = _runs(deviations, mean)
    signals = [
        [Signal.BEYOND] * (not lower <= e <= upper) + [Signal.RUN] * (run >= _RUN)
        for e, run in zip(deviations, runs, strict=True)
    ]
    return Chart(mean, moving_range, lower, upper, signals)


def _runs(deviations: Sequence[float], mean: float) -> list[int]:
    """How many in a row lie on the side of each; a point on the mean is on none."""
    runs: list[int] = []
    before = 0
    for e in deviations:
        side = (e > mean) - (e < mean)
        runs.append(0 if side == 0 else runs[-1] + 1 if side == before else 1)
        before = side
    return runs
