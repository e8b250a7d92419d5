"""Rollups: what charts read instead of samples. They are always folded from the samples, never added to, so they stay exact.

A level counts its buckets from 1970-01-01 UTC; a window is a run of buckets that is kept as one row.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import packing
from .packing import Floats, Ints

_AMOUNT, _COLUMN = struct.Struct(">I"), struct.Struct(">bI")
SECOND = 1_000_000
_DAY = 86_400 * SECOND
WORTH = (
    30  # a level is kept where a bucket holds so many samples on average; below that it would cost more than it saves
)


class Level(StrEnum):
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


LENGTHS = {Level.MINUTE: 60 * SECOND, Level.HOUR: 3600 * SECOND, Level.DAY: _DAY}  # months differ
WINDOWS = {Level.MINUTE: 1440, Level.HOUR: 768, Level.DAY: 1024, Level.MONTH: 1024}


def bucket_of(level: Level, times: Ints) -> Ints:
    """The number of each moment's bucket."""
    if level is Level.MONTH:
        return times.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    return times // LENGTHS[level]


def start_of(level: Level, buckets: Ints) -> Ints:
    """When each bucket begins, in microseconds."""
    if level is Level.MONTH:
        return buckets.astype("datetime64[M]").astype("datetime64[us]").astype(np.int64)
    return buckets * LENGTHS[level]


def bounds(level: Level, first: int, last: int) -> tuple[int, int]:
    """From the start of bucket `first` to the end of bucket `last`, in microseconds."""
    starts = start_of(level, np.array([first, last + 1]))
    return int(starts[0]), int(starts[1])


@dataclass(frozen=True, slots=True)
class Buckets:
    """Figures by bucket, by rising number. `first` and `last` are values by time."""

    number: Ints
    count: Ints
    sum: Floats
    min: Floats
    max: Floats
    first: Floats
    last: Floats

    def __len__(self) -> int:
        return len(self.number)

    def select(self, mask: NDArray[np.bool_]) -> "Buckets":
        return self._each(lambda column: column[mask])

    def _each(self, change: Callable[[NDArray[np.generic]], NDArray[np.generic]]) -> "Buckets":
        return Buckets(*(change(getattr(self, each.name)) for each in fields(self)))  # type: ignore[arg-type]

    def to_bytes(self) -> bytes:
        """How many there are, and column after column the scale, the length and the packed numbers."""
        parts = [_AMOUNT.pack(len(self))]
        for each in fields(self):
            scale, packed = packing.pack_values(getattr(self, each.name))
            parts += _COLUMN.pack(scale, len(packed)), packed
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Buckets":
        (amount,), place = _AMOUNT.unpack_from(content), _AMOUNT.size
        columns: list[Any] = []
        for each in fields(cls):
            scale, length = _COLUMN.unpack_from(content, place)
            place += _COLUMN.size
            values = packing.unpack_values(amount, scale, content[place : place + length])
            columns.append(values.astype(np.int64) if each.name in ("number", "count") else values)
            place += length
        return cls(*columns)


def _nothing() -> Buckets:
    whole, real = np.empty(0, np.int64), np.empty(0)
    return Buckets(whole, whole, real, real, real, real, real)


NOTHING = _nothing()


def from_samples(numbers: Ints, values: Floats) -> Buckets:
    """Fold samples; `numbers` are their buckets, by rising time."""
    if not len(numbers):
        return NOTHING
    starts = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1])))
    ends = np.append(starts[1:], len(numbers))
    return Buckets(
        number=numbers[starts],
        count=ends - starts,
        sum=np.add.reduceat(values, starts),
        min=np.minimum.reduceat(values, starts),
        max=np.maximum.reduceat(values, starts),
        first=values[starts],
        last=values[ends - 1],
    )


def from_buckets(numbers: Ints, finer: Buckets) -> Buckets:
    """Fold finer buckets; `numbers` are those that they belong to, rising."""
    if not len(numbers):
        return NOTHING
    starts = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1])))
    ends = np.append(starts[1:], len(numbers))
    return Buckets(
        number=numbers[starts],
        count=np.add.reduceat(finer.count, starts),
        sum=np.add.reduceat(finer.sum, starts),
        min=np.minimum.reduceat(finer.min, starts),
        max=np.maximum.reduceat(finer.max, starts),
        first=finer.first[starts],
        last=finer.last[ends - 1],
    )


def join(*parts: Buckets) -> Buckets:
    """Buckets of different numbers, by rising number."""
    columns = [np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Buckets)]
    order = np.argsort(columns[0], kind="stable")
    return Buckets(*(column[order] for column in columns))


def replaced(known: Buckets, first: int, last: int, anew: Buckets) -> Buckets:
    """`known` with the buckets from `first` to `last` replaced by `anew`."""
    return join(known.select((known.number < first) | (known.number > last)), anew)


def window_of(level: Level, bucket: int) -> int:
    return bucket // WINDOWS[level]


def window_buckets(level: Level, window: int) -> tuple[int, int]:
    """The first and the last bucket of a window."""
    return window * WINDOWS[level], (window + 1) * WINDOWS[level] - 1


def worth_keeping(count: int, first: int, last: int) -> bool:
    """Whether `count` samples between the buckets `first` and `last` are dense enough for a level."""
    return count >= WORTH * (last - first + 1)
