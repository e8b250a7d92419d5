"""Bodies of assessments by rubric, and of what a party finds a goal worth."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Record
from entente_objectives.tree.schemas import Score
from entente_shared.web import LongText, Strict


class AssessmentCreate(Strict):
    """The anchor that fits best what one sees, and what one sees."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"score": 50, "reason": "Below eight days in March and April, see the report"}]}
    )

    score: Score
    reason: LongText


class AssessmentRead(Record):
    """`anchor` is what the score meant at the time. The latest counts."""

    id: UUID
    goal_id: UUID
    score: int
    anchor: str
    reason: str
    member_id: UUID
    assessed_at: datetime


class WeightSet(Strict):
    """How many times its agreed weight the goal counts in your party's view: 1 as agreed, 0 not at all."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"factor": 2.0}]})

    factor: Annotated[float, Field(ge=0, le=1000)]
