"""What becomes of each pushed sample. A sample's identity is (KPI, time). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from ..evaluation.commands import Change
from ..series.moments import from_us
from .columns import CONFLICT, CORRECTED, UNCHANGED
from .domain import CONFLICTING
from .sorting import Gathered, Series, Sorted

_NO_TIMES, _NO_VALUES = np.empty(0, np.int64), np.empty(0)


@dataclass(frozen=True, slots=True)
class Replacement:
    """The sample of `place` among all that arrived replaced a value."""

    place: int
    kpi_id: UUID
    at: int
    replaced: float
    value: float


@dataclass
class Decided:
    """`new` samples are to be stored, `replaced` ones (value by microsecond) to be given another value.

    `because` is why, where that is not that they were pushed.
    """

    new: Series
    replaced: dict[UUID, dict[int, float]] = field(default_factory=dict)
    corrections: list[Replacement] = field(default_factory=list)
    because: str | None = None

    @property
    def kpi_ids(self) -> Sequence[UUID]:
        return self.changed.kpi_ids

    @cached_property
    def changed(self) -> Series:
        """What is new or has another value."""
        if not self.replaced:
            return self.new
        parts: dict[UUID, tuple[NDArray[np.int64], NDArray[np.float64]]] = dict(self.new.items())
        for kpi_id, values in self.replaced.items():
            times, known = parts.get(kpi_id, (_NO_TIMES, _NO_VALUES))
            times = np.concatenate([times, np.fromiter(values, np.int64, len(values))])
            order = np.argsort(times)
            known = np.concatenate([known, np.fromiter(values.values(), np.float64, len(values))])
            parts[kpi_id] = times[order], known[order]
        return Series.of(parts)

    def added(self) -> dict[UUID, int]:
        return dict(zip(self.new.kpi_ids, (self.new.ends - self.new.starts).tolist(), strict=True))

    def change(self, kpi_id: UUID) -> Change:
        """One KPI's part, for evaluation in full."""
        times, values = self.changed.of_kpi(kpi_id)
        points = [(from_us(at), value) for at, value in zip(times.tolist(), values.tolist(), strict=True)]
        reason = f"A sample of {points[0][0]:%Y-%m-%d %H:%M:%S%z} came late"
        for each in self.corrections:
            if each.kpi_id == kpi_id:
                reason = f"The sample of {from_us(each.at):%Y-%m-%d %H:%M:%S%z} was corrected to {each.value:g}"
        return Change(points[0][0], points, self.because or reason)


def decide(
    arrived: Sorted, stored: Mapping[UUID, Mapping[int, float]], correcting: frozenset[UUID], gathered: Gathered
) -> Decided:
    """Decide on each sample in the order of arrival; `stored` has the samples that are there of the KPIs in doubt.

    An equal value changes nothing; another one is a conflict, unless it is sent as a correction or its KPI is among
    those `correcting` whatever comes later. Samples of all other KPIs are new.
    """
    if not stored:
        return Decided(arrived)
    decided = Decided(arrived)
    parts = {}
    for n, (kpi_id, (times, values)) in enumerate(arrived.items()):
        if kpi_id not in stored:
            parts[kpi_id] = times, values
            continue
        begin, end = int(arrived.starts[n]), int(arrived.ends[n])
        fresh = _decide_each(arrived, begin, end, kpi_id, stored[kpi_id], kpi_id in correcting, gathered, decided)
        if fresh:
            parts[kpi_id] = (
                np.fromiter(fresh, np.int64, len(fresh)),
                np.fromiter(fresh.values(), np.float64, len(fresh)),
            )
    decided.new = Series.of(parts)
    return decided


def _decide_each(
    arrived: Sorted,
    begin: int,
    end: int,
    kpi_id: UUID,
    stored: Mapping[int, float],
    correcting: bool,  # noqa: FBT001 - one of a row of facts
    gathered: Gathered,
    decided: Decided,
) -> dict[int, float]:
    """Returns what is new, by time."""
    new: dict[int, float] = {}
    replaced: dict[int, float] = {}
    for n in range(begin, end):
        at, value, place = int(arrived.times[n]), float(arrived.values[n]), int(arrived.places[n])
        present = replaced.get(at, new.get(at, stored.get(at)))
        if present is None:
            new[at] = value
        elif present == value:
            gathered.outcomes[place] = UNCHANGED
        elif correcting or arrived.corrections[n]:
            gathered.outcomes[place] = CORRECTED
            decided.corrections.append(Replacement(place, kpi_id, at, present, value))
            (replaced if at in stored else new)[at] = value
        else:
            gathered.outcomes[place] = CONFLICT
            gathered.faults[place] = CONFLICTING
    if replaced:
        decided.replaced[kpi_id] = replaced
    return new
