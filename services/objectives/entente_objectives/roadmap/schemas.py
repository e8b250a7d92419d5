"""Bodies of the roadmap."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Day, Record
from entente_shared.web import LongText, Strict, Text

from .domain import ActionKind, ActionStatus, MilestoneStatus

Ids = Annotated[list[UUID], Field(max_length=50, default_factory=list)]


class ActionCreate(Strict):
    """An action of your party. `duration` counts days on which all of `calendar_ids` work; `accountable_id` is a member of yours.

    It counts as done when the parties in `validator_ids` have had the working days that they take to validate. What needs budget
    begins inside a budget window of your party's calendar, and what waits for a cycle at the first working day of one.
    A process change says what is done before and after it.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "One counter for both agencies",
                    "kind": "process_change",
                    "process_before": "Each agency registers the file anew",
                    "process_after": "The file is registered once, and both see it",
                    "accountable_id": "01939f60-1c11-7e51-a031-92437ebf5001",
                    "duration": 10,
                    "calendar_ids": ["01939f60-1c00-7a10-8c01-5e0f3a7b1201"],
                    "validator_ids": ["01939f60-1c01-7b22-9d02-6f104b8c2002"],
                    "earliest_on": "2026-03-02",
                    "deadline_on": "2026-06-30",
                    "needs_budget": True,
                }
            ]
        }
    )

    title: Text
    kind: ActionKind = ActionKind.WORK
    process_before: LongText | None = None
    process_after: LongText | None = None
    accountable_id: UUID
    duration: Annotated[int, Field(ge=1, le=1000, description="working days")]
    calendar_ids: Annotated[list[UUID], Field(min_length=1, max_length=50)]
    validator_ids: Ids
    earliest_on: Day | None = None
    deadline_on: Day | None = None
    needs_budget: bool = False
    at_cycle_start: bool = False


class ActionRead(Record):
    """`planned_done` is when it counts as done, validations with it; the planned days are those of the accepted schedule."""

    id: UUID
    party_id: UUID
    accountable_id: UUID
    title: str
    kind: ActionKind
    process_before: str | None
    process_after: str | None
    duration: int
    calendar_ids: list[UUID]
    validator_ids: list[UUID]
    earliest_on: date | None
    deadline_on: date | None
    needs_budget: bool
    at_cycle_start: bool
    status: ActionStatus
    progress: float
    began_on: date | None
    finished_on: date | None
    planned_from: date | None
    planned_to: date | None
    planned_done: date | None
    schedule_id: UUID | None
    changed_at: datetime


class ReportCreate(Strict):
    """How the action stands. A day that is left out is today, where the status says that it has come."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "under_way", "progress": 0.4, "began_on": "2026-03-02"}]}
    )

    status: ActionStatus
    progress: Annotated[float, Field(ge=0, le=1)] = 0
    began_on: Day | None = None
    finished_on: Day | None = None


class DependencyCreate(Strict):
    """`after_id` begins on its `lag + 1`st working day after `before_id` is done."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "before_id": "01939f62-5a01-7c11-8d21-3f6a8b0c1101",
                    "after_id": "01939f62-5a02-7c12-8d22-3f6a8b0c1102",
                    "lag": 2,
                }
            ]
        }
    )

    before_id: UUID
    after_id: UUID
    lag: Annotated[int, Field(ge=0, le=260, description="working days of the later action")] = 0


class DependencyRead(Record):
    id: UUID
    before_id: UUID
    after_id: UUID
    lag: int


class MilestoneCreate(Strict):
    """Reached when all its actions are done. An action that several milestones wait for, e.g. a meeting, stands in each."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"title": "The counter opens", "due_on": "2026-09-30", "action_ids": [], "objective_id": None}]
        }
    )

    title: Text
    due_on: Day
    objective_id: UUID | None = None
    action_ids: Annotated[list[UUID], Field(max_length=500, default_factory=list)]


class MilestoneRead(Record):
    """`expected_on` is when its last action counts as done by the accepted schedule; null while one of them has no plan."""

    id: UUID
    party_id: UUID
    title: str
    due_on: date
    objective_id: UUID | None
    action_ids: list[UUID]
    expected_on: date | None
    status: MilestoneStatus
    reached_on: date | None
    reached_party_id: UUID | None
    reached_person_id: UUID | None
    changed_at: datetime


class ReachedCreate(Strict):
    """Left out, the day is today."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reached_on": "2026-09-28"}]})

    reached_on: Day | None = None
