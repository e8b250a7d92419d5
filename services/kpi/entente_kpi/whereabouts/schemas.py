"""Bodies of the answer to where a sample is."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from ..quarantine.models import QuarantineDrop, QuarantinedSample
from ..series.models import Correction
from .domain import Whereabouts


class CorrectionRead(BaseModel):
    replaced: float
    value: float
    principal: str
    corrected_at: datetime

    @classmethod
    def of(cls, row: Correction) -> "CorrectionRead":
        return cls(replaced=row.replaced, value=row.value, principal=row.principal, corrected_at=row.corrected_at)


class WaitingRead(BaseModel):
    series_id: UUID
    value: float
    received_at: datetime
    refused: str | None

    @classmethod
    def of(cls, row: QuarantinedSample, refused: str | None) -> "WaitingRead":
        return cls(series_id=row.series_id, value=row.value, received_at=row.received_at, refused=refused)


class DroppedRead(BaseModel):
    """The drop took all samples of the series between the first and the last time."""

    id: UUID
    reason: str
    principal: str
    dropped_at: datetime

    @classmethod
    def of(cls, row: QuarantineDrop) -> "DroppedRead":
        return cls(id=row.id, reason=row.because, principal=row.principal, dropped_at=row.dropped_at)


class WhereaboutsRead(BaseModel):
    """`kpi_id` is the KPI that it is stored in, or that its series is mapped to now; `value` as the KPI has it."""

    state: Whereabouts
    reason: str
    kpi_id: UUID | None
    value: float | None
    corrections: list[CorrectionRead]
    quarantined: list[WaitingRead]
    dropped: list[DroppedRead]
