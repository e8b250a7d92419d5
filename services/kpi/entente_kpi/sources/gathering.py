"""Samples that come one by one are gathered by series."""

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import numpy as np

from ..ingest.domain import Fault
from .domain import ForeignSeries, Labels, Reading, limit


class Identity(NamedTuple):
    """See ForeignSeries."""

    name: str
    labels: Labels
    started_at: int | None = None
    kpi_id: UUID | None = None


@dataclass(slots=True)
class _Samples:
    times: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    corrections: list[bool] = field(default_factory=list)

    def series(self, identity: Identity) -> ForeignSeries:
        return ForeignSeries(
            identity.name,
            identity.labels,
            np.array(self.times, np.int64),
            np.array(self.values, np.float64),
            np.array(self.places, np.int64),
            identity.kpi_id,
            np.array(self.corrections, np.bool_) if any(self.corrections) else None,
            identity.started_at,
        )


@dataclass(slots=True)
class Gathering:
    """Each sample and each refusal takes the next place; `origin` is where it stood in the body."""

    _series: dict[Identity, _Samples] = field(default_factory=dict)
    _faults: dict[int, Fault] = field(default_factory=dict)
    _origins: list[int] = field(default_factory=list)

    def refuse(self, origin: int, fault: Fault) -> None:
        self._faults[self._place(origin)] = fault

    def add(self, origin: int, identity: Identity, time: int, value: float, *, correction: bool = False) -> None:
        samples = self._series.setdefault(identity, _Samples())
        samples.places.append(self._place(origin))
        samples.times.append(time)
        samples.values.append(value)
        samples.corrections.append(correction)

    def _place(self, origin: int) -> int:
        """Raises TooManySamples."""
        self._origins.append(origin)
        limit(len(self._origins))
        return len(self._origins) - 1

    def reading(self) -> Reading:
        series = [samples.series(identity) for identity, samples in self._series.items()]
        return Reading(series, len(self._origins), self._faults, np.array(self._origins, np.int64))
