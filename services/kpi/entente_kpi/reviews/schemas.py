"""Bodies of variance reviews."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import LongText, Strict, Text, Timestamp

from .domain import MOST_KPIS, ReviewState
from .models import VarianceReview
from .queries import Review


class ReviewCreate(Strict):
    """The period is `from <= t < to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"title": "First quarter", "from": "2026-01-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}]
        }
    )

    title: Text
    from_: Timestamp = Field(alias="from")
    to: Timestamp
    kpi_ids: Annotated[list[UUID], Field(max_length=MOST_KPIS)] | None = Field(None, description="null: all KPIs")


class ExplanationUpdate(Strict):
    """Why the KPI came to what it did; null takes back what was said."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"cause": "Checks were cancelled in March", "comment": "The vans were in the garage"}]
        }
    )

    cause: LongText | None = None
    comment: LongText | None = None


class ActionCreate(Strict):
    """Who does what by when; `kpi_id` and `objective_id` say for the sake of what."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Catch up on the checks in May",
                    "owner_member_id": "01939f60-1c11-7e51-a031-92437ebf5001",
                    "due_at": "2026-05-31T22:00:00Z",
                    "kpi_id": "01939f61-2d01-7f61-b141-a3548fc06001",
                }
            ]
        }
    )

    title: Text
    owner_member_id: UUID
    due_at: Timestamp
    kpi_id: UUID | None = None
    objective_id: UUID | None = None


class ClosureCreate(Strict):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"conclusion": "The path holds once the checks are caught up on"}]}
    )

    conclusion: LongText | None = None


class FindingRead(Strict):
    """The last sample of the period, as it was stored when the review was opened (null: there was none).

    `change` is the progress made since the last sample before the period; `deviations` are those that stood in it.
    """

    model_config = ConfigDict(from_attributes=True)

    kpi_id: UUID
    at: datetime | None
    value: float | None
    progress: float | None
    planned: float | None
    deviation: float | None
    change: float | None
    deviations: list[UUID]
    cause: str | None
    comment: str | None


class ActionRead(Strict):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    title: str
    owner_member_id: UUID
    party_id: UUID
    due_at: datetime
    kpi_id: UUID | None
    objective_id: UUID | None


class ReviewSummary(Strict):
    """`opened_by` and `closed_by` are persons."""

    id: UUID
    title: str
    from_: datetime = Field(alias="from")
    to: datetime
    state: ReviewState
    opened_by: UUID
    opened_at: datetime
    closed_by: UUID | None
    closed_at: datetime | None
    conclusion: str | None

    @classmethod
    def of_row(cls, row: VarianceReview) -> "ReviewSummary":
        return cls(**_summary(row))


class ReviewRead(ReviewSummary):
    findings: list[FindingRead]
    actions: list[ActionRead]

    @classmethod
    def of(cls, review: Review) -> "ReviewRead":
        return cls(
            **_summary(review.row),
            findings=[FindingRead.model_validate(each) for each in review.findings],
            actions=[ActionRead.model_validate(each) for each in review.actions],
        )


def _summary(row: VarianceReview) -> dict[str, object]:
    names = ("id", "title", "state", "opened_by", "opened_at", "closed_by", "closed_at", "conclusion")
    return {"from": row.since, "to": row.until, **{name: getattr(row, name) for name in names}}
