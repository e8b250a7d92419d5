"""Samples of one request as columns, whatever protocol brought them: the form in which ingest works."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from .domain import Fault, Outcome

CODES = tuple(Outcome)  # an outcome's code is its place here
STORED, UNCHANGED, CORRECTED, CONFLICT, REJECTED = range(len(CODES))


@dataclass(frozen=True, slots=True)
class Columns:
    """Samples series by series; those of `kpi_ids[n]` are the next `counts[n]` of the arrays.

    `times` (int64) are microseconds since 1970 UTC, `values` float64. `corrections` marks samples that replace another
    value (None: none does). `order` gives each sample's index in the request, from which its outcome is told (None: they
    stand in the order of the request). A KPI may come in several series.
    """

    kpi_ids: Sequence[UUID]
    counts: NDArray[np.int64]
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    corrections: NDArray[np.bool_] | None = None
    order: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.times)


@dataclass(slots=True)
class Settled:
    """The outcome of each sample by its index in the request (codes as in CODES), and the faults of refused ones."""

    outcomes: NDArray[np.int8]
    faults: dict[int, Fault] = field(default_factory=dict)

    def count(self, outcome: Outcome) -> int:
        return int(np.count_nonzero(self.outcomes == CODES.index(outcome)))
