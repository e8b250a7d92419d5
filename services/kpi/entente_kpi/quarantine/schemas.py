"""Bodies of the quarantine."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from entente_shared.web import Strict, Text

from .domain import Reason
from .models import QuarantineDrop, QuarantinedSample

SeriesIds = Annotated[list[UUID], Field(min_length=1, max_length=1000)]


class QuarantinedSeriesRead(BaseModel):
    """A series of your organisation that belongs to no KPI. `first_at` and `last_at` are the samples' own times."""

    id: UUID
    name: str
    labels: dict[str, str]
    reason: Reason
    why: str
    samples: int
    first_at: datetime
    last_at: datetime
    first_received_at: datetime
    last_received_at: datetime


class QuarantinedSampleRead(BaseModel):
    """`refused` says why the KPI did not take it when it was replayed."""

    at: datetime
    value: float
    correction: bool
    principal: str
    received_at: datetime
    refused: str | None

    @classmethod
    def of(cls, row: QuarantinedSample, refused: str | None) -> "QuarantinedSampleRead":
        return cls(
            at=row.at,
            value=row.value,
            correction=row.correction,
            principal=row.principal,
            received_at=row.received_at,
            refused=refused,
        )


class ReplayCreate(Strict):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"series_ids": ["01939f61-2d21-7f81-b161-a3548fc06021"]}]}
    )

    series_ids: SeriesIds | None = Field(None, description="all that are mapped by now, if left out")


class ReplayedSeries(BaseModel):
    """What became of one series' samples. Refused ones stay in quarantine; `reason` is that of the last."""

    series_id: UUID
    name: str
    labels: dict[str, str]
    kpi_id: UUID
    stored: int
    unchanged: int
    corrected: int
    refused: int
    reason: str | None


class ReplayReport(BaseModel):
    """At most 10,000 samples are replayed at once; while `remaining` is above zero, ask again."""

    items: list[ReplayedSeries]
    remaining: int


class DropCreate(Strict):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"series_ids": ["01939f61-2d21-7f81-b161-a3548fc06021"], "reason": "A test of the exporter"}]
        }
    )

    series_ids: SeriesIds
    reason: Text


class DropReport(BaseModel):
    samples: int


class DropRead(BaseModel):
    id: UUID
    name: str
    labels: dict[str, str]
    samples: int
    first_at: datetime
    last_at: datetime
    reason: str
    principal: str
    dropped_at: datetime

    @classmethod
    def of(cls, row: QuarantineDrop) -> "DropRead":
        return cls(
            id=row.id, name=row.name, labels=row.labels, samples=row.samples, first_at=row.first_at, last_at=row.last_at,
            reason=row.because, principal=row.principal, dropped_at=row.dropped_at,
        )  # fmt: skip
