"""Bodies of risks."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Moment, Record
from entente_shared.web import LongText, Strict, Text

from .domain import IMPACTS, PROBABILITIES, RiskLevel, RiskResponse, RiskStatus

Probability = Annotated[int, Field(ge=1, le=5, description=f"1 to 5: {', '.join(PROBABILITIES)}", examples=[3])]
Impact = Annotated[int, Field(ge=1, le=5, description=f"1 to 5: {', '.join(IMPACTS)}", examples=[4])]


class LookBody(Strict):
    """`owner_member_id` is the one accountable; the risk is looked at again by `review_due_at`."""

    owner_member_id: UUID
    probability: Probability
    impact: Impact
    response: RiskResponse
    plan: LongText | None = None
    review_due_at: Moment


class RiskCreate(LookBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "The patrols' vans are not delivered in time",
                    "owner_member_id": "01939f60-1c11-7e51-a031-92437ebf5001",
                    "probability": 3,
                    "impact": 4,
                    "response": "reduce",
                    "plan": "Rent two vans until August",
                    "review_due_at": "2026-04-01T00:00:00Z",
                    "kpi_id": "01939f61-2d01-7f61-b141-a3548fc06001",
                }
            ]
        }
    )

    title: Annotated[Text, Field(examples=["The patrols' vans are not delivered in time"])]
    description: LongText | None = None
    kpi_id: UUID | None = None
    objective_id: UUID | None = None


class RiskReviewCreate(LookBody):
    """`closes`: the risk cannot come to pass any more."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "owner_member_id": "01939f60-1c11-7e51-a031-92437ebf5001",
                    "probability": 2,
                    "impact": 4,
                    "response": "reduce",
                    "plan": "Rent one van until August",
                    "review_due_at": "2026-07-01T00:00:00Z",
                    "note": "The first van is there",
                }
            ]
        }
    )

    note: LongText | None = None
    closes: bool = False


class RiskOccurrenceCreate(Strict):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"description": "The dealer called: no vans before September"}]}
    )

    description: LongText


class RiskRead(Record):
    """`exposure` = probability times impact."""

    id: UUID
    title: str
    description: str | None
    owner_member_id: UUID
    probability: int
    impact: int
    exposure: int
    level: RiskLevel
    response: RiskResponse
    plan: str | None
    status: RiskStatus
    kpi_id: UUID | None
    objective_id: UUID | None
    review_due_at: datetime
    entered_at: datetime


class RiskReviewRead(Record):
    id: UUID
    at: datetime
    party_id: UUID
    person_id: UUID
    owner_member_id: UUID
    probability: int
    impact: int
    response: RiskResponse
    plan: str | None
    status: RiskStatus
    review_due_at: datetime
    note: str | None


class RiskOccurrenceRead(Record):
    id: UUID
    risk_id: UUID
    occurred_at: datetime
    party_id: UUID
    person_id: UUID
    description: str


class RiskCellRead(Record):
    probability: int
    impact: int
    exposure: int
    level: RiskLevel
    count: int


class RiskMatrixRead(Record):
    """How many standing risks there are in each cell, by probability and then by impact."""

    probabilities: tuple[str, ...] = PROBABILITIES
    impacts: tuple[str, ...] = IMPACTS
    cells: list[RiskCellRead]
