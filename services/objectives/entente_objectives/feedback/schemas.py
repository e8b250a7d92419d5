"""Bodies of feedback."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Record
from entente_objectives.visibility.domain import RecordKind, Visibility
from entente_objectives.visibility.schemas import SubjectBody
from entente_shared.web import LongText, Strict

from .domain import HIGHEST, LOWEST


class FeedbackCreate(Strict):
    """Shared with all parties, or within your own (`party`)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "subject": {"kind": "ritual", "id": "01939f62-5c01-7c31-8d41-3f6a8b0c1401"},
                    "rating": 4,
                    "text": "Short and to the point; decisions could be noted at once.",
                }
            ]
        }
    )

    subject: SubjectBody
    rating: Annotated[int, Field(ge=LOWEST, le=HIGHEST, strict=True)]
    text: LongText
    visibility: Visibility = Visibility.SHARED


class FeedbackRead(Record):
    id: UUID
    subject_kind: RecordKind
    subject_id: UUID
    rating: int
    text: str
    visibility: Visibility
    party_id: UUID
    person_id: UUID
    given_at: datetime


class MonthRead(Record):
    month: date
    count: int
    mean: float


class TrendRead(Record):
    """Of the feedback that you see. `change` is from the month with feedback before the latest one to that."""

    count: int
    mean: float | None
    change: float | None
    months: list[MonthRead]
