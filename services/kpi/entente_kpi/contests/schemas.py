"""Bodies of contests."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import LongText, Strict, Timestamp

from ..ingest.domain import LARGEST
from .domain import State

Value = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]


class ContestCreate(Strict):
    """One sample, or all of a stretch of time, with its ends."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"at": "2026-01-31T00:00:00Z", "reason": "The counter stood still that day"}]}
    )

    at: Timestamp | None = None
    from_: Timestamp | None = Field(None, alias="from")
    to: Timestamp | None = None
    reason: LongText


class CorrectionBody(Strict):
    at: Timestamp
    value: Value


class ContestResolve(Strict):
    """To uphold is to correct: give the right values. To reject is to say why the samples are right."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "upheld": True,
                    "reason": "Read off the second counter",
                    "corrections": [{"at": "2026-01-31T00:00:00Z", "value": 397.5}],
                }
            ]
        }
    )

    upheld: bool
    reason: LongText
    corrections: list[CorrectionBody] = Field(default_factory=list, max_length=1000)


class ContestWithdraw(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The second counter shows the same"}]})

    reason: LongText


class ContestRead(Strict):
    """While it is open, the KPI's values are provisional and nothing is adjusted by itself on their account."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kpi_id: UUID
    party_id: UUID
    person_id: UUID
    from_at: datetime
    to_at: datetime
    reason: str
    state: State
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: UUID | None
    resolving_party_id: UUID | None
    resolution: str | None
