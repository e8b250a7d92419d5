"""Schedules in words: each constraint named by what it is about, in the reader's language."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from entente_shared.errors import N_
from entente_shared.i18n import translate

from .domain.problem import Kind
from .models import Schedule
from .schemas import ConflictRead, ConstraintRead, GoalRead, RelaxationRead, ScheduleBrief, ScheduleRead, SlotRead

WORDS = {
    Kind.EARLIEST: N_("“{subject}” must not begin before its earliest day."),
    Kind.DEPENDENCY: N_("“{subject}” begins after “{other}” is done and its lag has passed."),
    Kind.BUDGET_WINDOW: N_("“{subject}” begins inside a budget window of its party."),
    Kind.CYCLE_START: N_("“{subject}” begins at the first working day of a development cycle."),
    Kind.VALIDATION: N_("“{subject}” is done when it was validated by the calendar “{other}”."),
    Kind.FREE_DAYS: N_("Nobody works on the holidays and blackouts of “{subject}”."),
    Kind.DEADLINE: N_("“{subject}” must be done by its deadline."),
    Kind.MILESTONE_DUE: N_("“{other}” must be done by the due date of the milestone “{subject}”."),
    Kind.HORIZON: N_("“{subject}” must be done before the end of the time that was looked at."),
}


class Words:
    def __init__(self, names: Mapping[UUID, str], language: str) -> None:
        self._names, self._language = names, language

    def constraint(self, found: Mapping[str, Any]) -> ConstraintRead:
        kind, other = Kind(found["kind"]), found["other_id"]
        text = translate(WORDS[kind], self._language).format(
            subject=self._names.get(UUID(found["subject_id"]), "?"),
            other=self._names.get(UUID(other), "?") if other else "",
        )
        return ConstraintRead(kind=kind, subject_id=found["subject_id"], other_id=other, text=text)

    def relaxation(self, found: Mapping[str, Any]) -> RelaxationRead:
        return RelaxationRead(constraint=self.constraint(found["constraint"]), days=found["days"], to_on=found["to_on"])

    def conflict(self, found: Mapping[str, Any]) -> ConflictRead:
        return ConflictRead(
            broken=self.constraint(found["broken"]),
            due_on=found["due_on"],
            needed_on=found["needed_on"],
            constraints=[self.constraint(each) for each in found["constraints"]],
            irreducible=found["irreducible"],
            relaxations=[self.relaxation(each) for each in found["relaxations"]],
            smallest=self.relaxation(found["smallest"]) if found["smallest"] else None,
        )

    def slot(self, found: Mapping[str, Any]) -> SlotRead:
        bound = self.constraint(found["bound_by"]) if found["bound_by"] else None
        return SlotRead(**{**found, "bound_by": bound})

    def schedule(self, schedule: Schedule) -> ScheduleRead:
        result = schedule.result
        return ScheduleRead(
            **ScheduleBrief.model_validate(schedule).model_dump(),
            actions=[self.slot(each) for each in result["actions"]],
            milestones=[GoalRead(**each) for each in result["milestones"]],
            conflicts=[self.conflict(each) for each in result["conflicts"]],
            missed=result["missed"],
        )
