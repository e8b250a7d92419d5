"""Bodies of requests to move an objective's path."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict

from entente_objectives.bodies import Moment, Record
from entente_objectives.governance.domain import Status
from entente_objectives.terms.schemas import Value
from entente_shared.web import LongText, Strict


class RebaselineCreate(Strict):
    """The new path starts at `baseline` when the decision is taken."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "baseline": 401.25,
                    "target": 340.0,
                    "due_at": "2027-12-31T00:00:00Z",
                    "reason": "The belts come into the new models a year later",
                }
            ]
        }
    )

    baseline: Value
    target: Value
    due_at: Moment
    reason: LongText


class RebaselineRead(Record):
    """`status` is its decision's."""

    id: UUID
    objective_id: UUID
    decision_id: UUID
    baseline: float
    target: float
    due_at: datetime
    reason: str
    person_id: UUID
    requested_at: datetime
    status: Status
