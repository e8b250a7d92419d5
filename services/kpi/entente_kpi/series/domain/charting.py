"""Which buckets a chart is made of."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from . import rollups
from .packing import Ints
from .rollups import LENGTHS, SECOND, Buckets, Level

_MINUTE, _HOUR, _DAY = LENGTHS[Level.MINUTE], LENGTHS[Level.HOUR], LENGTHS[Level.DAY]
_WIDTHS = (
    *(SECOND // 1000 * n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
    *(SECOND * n for n in (1, 2, 5, 10, 15, 30)),
    *(_MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * n for n in (1, 2, 3, 6, 12)),
    *(_DAY * n for n in (1, 2, 5, 10)),
)  # fmt: skip
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
_LONGEST_MONTH = 31 * _DAY


@dataclass(frozen=True, slots=True)
class Width:
    """Buckets of `months`, or of `length` microseconds; counted from 1970-01-01 UTC."""

    length: int
    months: int = 0

    @property
    def level(self) -> Level | None:
        """The coarsest level whose buckets make up these; None where they are shorter than all."""
        if self.months:
            return Level.MONTH
        return next((each for each in (Level.DAY, Level.HOUR, Level.MINUTE) if self.length % LENGTHS[each] == 0), None)

    def of_level(self, buckets: Ints) -> Ints:
        """The number of the bucket that each of the level's belongs to."""
        level = self.level
        if level is None:
            return buckets
        return buckets // (self.months or self.length // LENGTHS[level])

    def of_times(self, times: Ints) -> Ints:
        level = self.level
        return times // self.length if level is None else self.of_level(rollups.bucket_of(level, times))

    def starts(self, buckets: Ints) -> Ints:
        return rollups.start_of(Level.MONTH, buckets * self.months) if self.months else buckets * self.length

    @property
    def text(self) -> str:
        """As an ISO 8601 duration."""
        if self.months:
            return f"P{self.months}M" if self.months < 12 else f"P{self.months // 12}Y"
        for length, form in ((_DAY, "P{}D"), (_HOUR, "PT{}H"), (_MINUTE, "PT{}M")):
            if self.length % length == 0:
                return form.format(self.length // length)
        return f"PT{timedelta(microseconds=self.length).total_seconds():g}S"


def width_for(low: int, high: int, points: int) -> Width:
    """The shortest round width with which the range from `low` to `high` (microseconds) has at most `points` buckets."""
    for length in _WIDTHS:
        if high // length - low // length < points:
            return Width(length)
    for months in _MONTHS:
        if (high - low) // (28 * _DAY * months) + 2 <= points:
            return Width(_LONGEST_MONTH * months, months)
    return Width(_LONGEST_MONTH * _MONTHS[-1], _MONTHS[-1])


def with_tail(before: Buckets, tail: Buckets) -> Buckets:
    """Buckets of which `tail` has the samples that are later than all those of `before`."""
    both = rollups.join(before, tail)  # stable: of two with one number the earlier samples come first
    return rollups.from_buckets(both.number, both)


def without(buckets: Buckets, numbers: Ints) -> Buckets:
    return buckets.select(~np.isin(buckets.number, numbers))
