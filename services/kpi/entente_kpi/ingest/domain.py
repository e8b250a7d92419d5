"""What becomes of each pushed sample. A sample's identity is (KPI, time)."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from entente_shared.errors import N_

Key = tuple[UUID, datetime]
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
LARGEST = 1e100  # leaves room for differences and sums of many samples


class Outcome(StrEnum):
    STORED = "stored"
    UNCHANGED = "unchanged"
    CORRECTED = "corrected"
    CONFLICT = "conflict"
    REJECTED = "rejected"


class Sample(Protocol):
    @property
    def kpi_id(self) -> UUID: ...
    @property
    def at(self) -> datetime: ...
    @property
    def value(self) -> float: ...
    @property
    def correction(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a sample is refused; `field` is the one to mend."""

    field: str
    reason: str


UNKNOWN_KPI = Fault("kpi_id", N_("No KPI of this partnership has this id."))
DERIVED = Fault("kpi_id", N_("This KPI is computed from others by its formula; push samples of those."))
OUT_OF_TIME = Fault("at", N_("The time must lie between the years 1900 and 2199."))
OUT_OF_RANGE = Fault("value", N_("The value must lie between -1e100 and 1e100."))
CONFLICTING = Fault("value", N_("Another value is stored for this time; send it with correction = true to replace it."))


@dataclass(frozen=True, slots=True)
class Replacement:
    kpi_id: UUID
    at: datetime
    replaced: float
    value: float


@dataclass(slots=True)
class Settlement:
    """The outcome of each sample in order, faults by index, what to replace, and each changed sample's value."""

    outcomes: list[Outcome] = field(default_factory=list)
    faults: dict[int, Fault] = field(default_factory=dict)
    replacements: list[Replacement] = field(default_factory=list)
    changed: dict[Key, float] = field(default_factory=dict)

    def refuse(self, outcome: Outcome, fault: Fault) -> None:
        self.faults[len(self.outcomes)] = fault
        self.outcomes.append(outcome)


def fault(sample: Sample, known_kpis: Container[UUID], derived: Container[UUID] = frozenset()) -> Fault | None:
    if sample.kpi_id not in known_kpis:
        return UNKNOWN_KPI
    if sample.kpi_id in derived:
        return DERIVED
    if not EARLIEST <= sample.at < LATEST:
        return OUT_OF_TIME
    return None if -LARGEST <= sample.value <= LARGEST else OUT_OF_RANGE


def candidates(
    samples: Sequence[Sample], known_kpis: Container[UUID], derived: Container[UUID] = frozenset()
) -> dict[Key, float]:
    """What to store if nothing is there yet: the first acceptable value for each identity."""
    first: dict[Key, float] = {}
    for sample in samples:
        if fault(sample, known_kpis, derived) is None:
            first.setdefault((sample.kpi_id, sample.at), sample.value)
    return first


def settle(
    samples: Sequence[Sample],
    known_kpis: Container[UUID],
    before: Mapping[Key, float],
    correcting: Container[UUID],
    derived: Container[UUID] = frozenset(),
) -> Settlement:
    """Decide on each sample in order, given the values that were stored `before` under the same identities.

    An equal value changes nothing; another one is a conflict, unless it is sent as a correction or its KPI is among
    those `correcting` whatever comes later. Nobody pushes to those `derived`.
    """
    settlement = Settlement()
    values = dict(before)
    for sample in samples:
        refused = fault(sample, known_kpis, derived)
        if refused:
            settlement.refuse(Outcome.REJECTED, refused)
            continue
        key = (sample.kpi_id, sample.at)
        present = values.get(key)
        if present is None:
            settlement.outcomes.append(Outcome.STORED)
        elif present == sample.value:
            settlement.outcomes.append(Outcome.UNCHANGED)
            continue
        elif sample.correction or sample.kpi_id in correcting:
            settlement.outcomes.append(Outcome.CORRECTED)
            settlement.replacements.append(Replacement(sample.kpi_id, sample.at, present, sample.value))
        else:
            settlement.refuse(Outcome.CONFLICT, CONFLICTING)
            continue
        values[key] = settlement.changed[key] = sample.value
    return settlement
