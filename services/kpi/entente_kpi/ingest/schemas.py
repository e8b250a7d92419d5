"""Bodies of ingest. They are decoded by msgspec straight into structs: this is the hot path."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from pydantic import BaseModel

from .domain import Outcome

MOST = 10_000
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_Values = Annotated[list[float], msgspec.Meta(max_length=MOST)]
_Moments = Annotated[list[_Moment], msgspec.Meta(max_length=MOST)]


class KpiSample(msgspec.Struct, forbid_unknown_fields=True):
    """One value of the KPI that the path names."""

    at: _Moment
    value: float
    correction: bool = False


class Sample(KpiSample, kw_only=True):
    """One value of any KPI of the partnership."""

    kpi_id: UUID


class Timed(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Times of a list of values: `at`, or `at_ms`, or the first one and the `step` between them."""

    at: _Moments | None = None
    at_ms: Annotated[list[int], msgspec.Meta(max_length=MOST)] | None = None
    start: _Moment | None = None
    step: str | None = None
    correction: bool = False


class Series(Timed, kw_only=True, forbid_unknown_fields=True):
    """Values of one KPI."""

    kpi_id: UUID
    values: _Values


class Table(Timed, kw_only=True, forbid_unknown_fields=True):
    """Values of several KPIs at the same times."""

    values: dict[UUID, _Values]


class KpiBatch(msgspec.Struct, forbid_unknown_fields=True):
    samples: Annotated[list[KpiSample], msgspec.Meta(max_length=MOST)]


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    samples: Annotated[list[Sample], msgspec.Meta(max_length=MOST)] | None = None
    series: Annotated[list[Series], msgspec.Meta(max_length=MOST)] | None = None
    table: Table | None = None


class SampleOutcome(msgspec.Struct, omit_defaults=True):
    index: int
    outcome: Outcome
    pointer: str | None = None
    reason: str | None = None


class Report(msgspec.Struct):
    """`rejected` counts conflicts too."""

    accepted: int
    unchanged: int
    corrected: int
    rejected: int
    outcomes: list[SampleOutcome]


class SampleOutcomeRead(BaseModel):
    """What became of the sample at `index`. `pointer` names the field to mend, `reason` says why and how."""

    index: int
    outcome: Outcome
    pointer: str | None = None
    reason: str | None = None


class IngestReport(BaseModel):
    """`rejected` counts conflicts too; the other samples of the request are stored all the same.

    Samples that came as `series` or as a `table` are counted through, one KPI's after the other's, and `outcomes` leaves out
    those that were simply stored.
    """

    accepted: int
    unchanged: int
    corrected: int
    rejected: int
    outcomes: list[SampleOutcomeRead]
