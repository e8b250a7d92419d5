"""The samples of several requests, brought together by KPI and time. Pure."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from ..series.moments import FIRST, to_us
from .columns import REJECTED, Columns, Settled
from .domain import EARLIEST, LARGEST, LATEST, OUT_OF_RANGE, OUT_OF_TIME, TOO_OLD, Fault

_EARLIEST, _LATEST = to_us(EARLIEST), to_us(LATEST)


Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Part: TypeAlias = tuple[Ints, Floats]


@dataclass
class Series:
    """Samples by KPI and time. Those of `kpi_ids[n]` begin at `starts[n]` in the arrays."""

    kpi_ids: list[UUID]
    starts: Ints
    times: Ints
    values: Floats

    def __len__(self) -> int:
        return len(self.times)

    @cached_property
    def ends(self) -> Ints:
        return np.append(self.starts, len(self.times))[1:]

    def items(self) -> Iterator[tuple[UUID, Part]]:
        for kpi_id, begin, end in zip(self.kpi_ids, self.starts.tolist(), self.ends.tolist(), strict=True):
            yield kpi_id, (self.times[begin:end], self.values[begin:end])

    def of_kpi(self, kpi_id: UUID) -> Part:
        n = self.kpi_ids.index(kpi_id)
        return self.times[self.starts[n] : self.ends[n]], self.values[self.starts[n] : self.ends[n]]

    @classmethod
    def of(cls, parts: Mapping[UUID, Part]) -> "Series":
        if not parts:
            return cls([], np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
        counts = [len(times) for times, _ in parts.values()]
        starts = np.concatenate(([0], np.cumsum(counts)[:-1])).astype(np.int64)
        times, values = zip(*parts.values(), strict=True)
        return cls(list(parts), starts, np.concatenate(times), np.concatenate(values))


@dataclass
class Sorted(Series):
    """Samples that arrived, by KPI, time and arrival; `places` are their indices among all, in the order of arrival."""

    corrections: NDArray[np.bool_]
    places: Ints

    def doubtful(self, latest: Mapping[UUID, int | None]) -> dict[UUID, Ints]:
        """The times of the KPIs of which some sample may be there already: all of theirs are not later than the latest."""
        if not len(self):
            return {}
        newest = [FIRST if (moment := latest[kpi_id]) is None else moment for kpi_id in self.kpi_ids]
        again = np.append(self.times[1:] == self.times[:-1], False)
        again[self.ends - 1] = False
        suspect = (self.times[self.starts] <= np.array(newest)) | np.logical_or.reduceat(again, self.starts)
        return {self.kpi_ids[n]: self.times[self.starts[n] : self.ends[n]] for n in np.flatnonzero(suspect).tolist()}


class _Arranged(NamedTuple):
    kpi: Ints
    times: Ints
    values: Floats
    corrections: NDArray[np.bool_]
    places: Ints

    def only(self, kept: NDArray[np.bool_]) -> "_Arranged":
        return _Arranged(self.kpi[kept], self.times[kept], self.values[kept], self.corrections[kept], self.places[kept])


class Gathered:
    """All samples of the requests as one column each, and what is to be answered to each request."""

    def __init__(self, requests: Sequence[Columns]) -> None:
        self._requests = requests
        known = {kpi_id.int: kpi_id for columns in requests for kpi_id in columns.kpi_ids}  # UUIDs are slow as keys
        self.kpi_ids = [known[number] for number in sorted(known)]
        sizes = [len(columns) for columns in requests]
        self._bounds = np.concatenate(([0], np.cumsum(sizes))).tolist()
        self.outcomes = np.zeros(sum(sizes), np.int8)
        self.faults: dict[int, Fault] = {}

    @cached_property
    def arranged(self) -> "_Arranged":
        """All samples by KPI (its place in `kpi_ids`), time and arrival."""
        number = {kpi_id.int: n for n, kpi_id in enumerate(self.kpi_ids)}
        numbers = [number[kpi_id.int] for each in self._requests for kpi_id in each.kpi_ids]
        kpi = np.repeat(np.array(numbers, np.int64), np.concatenate([each.counts for each in self._requests]))
        times = np.concatenate([each.times for each in self._requests])
        values = np.concatenate([each.values for each in self._requests]) + 0.0  # so that there is no -0.0
        corrections = np.concatenate([_corrections(each) for each in self._requests])
        places = np.concatenate(
            [_places(each) + begin for each, begin in zip(self._requests, self._bounds, strict=False)]
        )
        small = kpi.astype(np.int16 if len(self.kpi_ids) <= np.iinfo(np.int16).max else np.int64)
        order = np.argsort(small, kind="stable")  # of numbers so small it takes a quarter of the time
        by_kpi, by_time = kpi[order], times[order]
        if ((by_time[1:] <= by_time[:-1]) & (by_kpi[1:] == by_kpi[:-1])).any():
            order = np.lexsort((places, times, kpi))
        return _Arranged(kpi[order], times[order], values[order], corrections[order], places[order])

    def sort(self, closed: Mapping[UUID, Fault], kept_from: Mapping[UUID, int] | None = None) -> Sorted:
        """Refuse what can be of no use, and bring the others in order.

        `closed` says of which KPIs all is refused, and why; `kept_from` before when (microseconds) samples are let go.
        """
        found = self.arranged
        refused = self._refuse_closed(closed, found.kpi, found.places)
        if kept_from:
            earliest = np.array([kept_from.get(kpi_id, _EARLIEST) for kpi_id in self.kpi_ids])
            refused |= self._refuse(~refused & (found.times < earliest[found.kpi]), found.places, TOO_OLD)
        refused |= self._refuse((found.times < _EARLIEST) | (found.times >= _LATEST), found.places, OUT_OF_TIME)
        refused |= self._refuse(~(np.abs(found.values) <= LARGEST), found.places, OUT_OF_RANGE)
        if refused.any():
            found = found.only(~refused)
        present, starts = np.unique(found.kpi, return_index=True)
        ids = [self.kpi_ids[n] for n in present.tolist()]
        return Sorted(ids, starts, found.times, found.values, found.corrections, found.places)

    def _refuse_closed(self, closed: Mapping[UUID, Fault], kpi: Ints, places: Ints) -> NDArray[np.bool_]:
        refused = np.zeros(len(kpi), np.bool_)
        for fault in set(closed.values()):
            of_fault = np.array([closed.get(kpi_id) == fault for kpi_id in self.kpi_ids], np.bool_)
            refused |= self._refuse(of_fault[kpi], places, fault)
        return refused

    def _refuse(self, mask: NDArray[np.bool_], places: NDArray[np.int64], fault: Fault) -> NDArray[np.bool_]:
        if mask.any():
            for place in places[mask].tolist():
                self.faults.setdefault(place, fault)
                self.outcomes[place] = REJECTED
        return mask

    def by_request(self, answers: Sequence[str]) -> "ByPlace":
        """Something of each request, by the place of any of its samples."""
        return ByPlace(self._bounds, answers)

    def settled(self) -> list[Settled]:
        """The answer to each request."""
        answers = [
            Settled(self.outcomes[begin:end]) for begin, end in zip(self._bounds[:-1], self._bounds[1:], strict=True)
        ]
        for place, fault in self.faults.items():
            request = bisect_right(self._bounds, place) - 1
            answers[request].faults[place - self._bounds[request]] = fault
        return answers


@dataclass(frozen=True, slots=True)
class ByPlace:
    bounds: Sequence[int]
    answers: Sequence[str]

    def __getitem__(self, place: int) -> str:
        return self.answers[bisect_right(self.bounds, place) - 1]


def _corrections(columns: Columns) -> NDArray[np.bool_]:
    return np.zeros(len(columns), np.bool_) if columns.corrections is None else columns.corrections


def _places(columns: Columns) -> NDArray[np.int64]:
    return np.arange(len(columns)) if columns.order is None else columns.order
