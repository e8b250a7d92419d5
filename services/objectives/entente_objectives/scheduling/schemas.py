"""Bodies of schedules."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Day, Record
from entente_shared.web import Strict

from .domain.problem import Kind


class ScheduleCreate(Strict):
    """From `from_on` (left out: today) on, looking `horizon` days ahead."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"from_on": "2026-03-02", "horizon": 365}]})

    from_on: Day | None = None
    horizon: Annotated[int, Field(ge=1, le=1830)] = 1095


class ConstraintRead(Record):
    """`text` says it in words. `other_id`: the action before it, the calendar of the party that validates, or a milestone's action."""

    kind: Kind
    subject_id: UUID
    other_id: UUID | None
    text: str


class RelaxationRead(Record):
    """Enough alone: give by `days` (`to_on`: the day that it then names), or null: it has to go."""

    constraint: ConstraintRead
    days: int | None
    to_on: date | None


class ConflictRead(Record):
    """`broken` asks for `due_on`, and the earliest is `needed_on` (null: not within the horizon).

    `constraints` are in conflict, and if `irreducible` none of them could be left out of that. `smallest` is the relaxation
    of the fewest days.
    """

    broken: ConstraintRead
    due_on: date
    needed_on: date | None
    constraints: list[ConstraintRead]
    irreducible: bool
    relaxations: list[RelaxationRead]
    smallest: RelaxationRead | None


class SlotRead(Record):
    """Work from `from_on` to `to_on`, validated by `done_on`. `bound_by` is what did not let it begin earlier."""

    action_id: UUID
    from_on: date | None
    to_on: date | None
    done_on: date | None
    bound_by: ConstraintRead | None


class GoalRead(Record):
    """`reached_on` is null for a milestone without actions, or that is not reached within the horizon."""

    milestone_id: UUID
    due_on: date
    reached_on: date | None


class ScheduleBrief(Record):
    id: UUID
    party_id: UUID
    person_id: UUID
    from_on: date
    to_on: date
    rule_version: str
    feasible: bool
    computed_at: datetime
    accepted_at: datetime | None
    accepted_party_id: UUID | None
    accepted_person_id: UUID | None


class ScheduleRead(ScheduleBrief):
    """The earliest days that keep every constraint, or why there are none.

    `missed` counts the deadlines, due dates and actions that cannot be kept; the first three are explained in `conflicts`.
    """

    actions: list[SlotRead]
    milestones: list[GoalRead]
    conflicts: list[ConflictRead]
    missed: int


class InputsRead(Record):
    """What the schedule was computed from: calendars, actions, dependencies and milestones as they were."""

    from_on: date
    to_on: date
    calendars: dict[UUID, Any]
    actions: list[dict[str, Any]]
    dependencies: list[list[str | int]]
    milestones: list[dict[str, Any]]
