"""A problem and its outcome as JSON, from which whoever contests a schedule can compute it again."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from .conflict import Conflict
from .earliest import Slot, reached
from .problem import Constraint, Problem, Task
from .relaxation import Relaxation
from .timetable import Timetable


def inputs(problem: Problem, calendars: Mapping[UUID, Mapping[str, Any]]) -> dict[str, Any]:
    """`calendars`: what each was sent as."""
    return {
        "from_on": problem.from_on.isoformat(),
        "to_on": problem.to_on.isoformat(),
        "calendars": {str(calendar_id): content for calendar_id, content in calendars.items()},
        "actions": [_task(task) for task in problem.tasks.values()],
        "dependencies": [[str(link.before), str(link.after), link.lag] for link in problem.links],
        "milestones": [
            {"id": str(goal.id), "due_on": goal.due.isoformat(), "action_ids": [str(task) for task in goal.tasks]}
            for goal in problem.goals
        ],
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "id": str(task.id),
        "duration": task.duration,
        "calendar_ids": sorted(str(each) for each in task.calendars),
        "own_calendar_id": str(task.own_calendar) if task.own_calendar else None,
        "earliest_on": _day(task.earliest),
        "deadline_on": _day(task.deadline),
        "needs_budget": task.needs_budget,
        "at_cycle_start": task.at_cycle_start,
        "validator_calendar_ids": [str(each) for each in task.validators],
        "began_on": _day(task.began_on),
        "finished_on": _day(task.finished_on),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def outcome(
    problem: Problem, timetable: Timetable, slots: Mapping[UUID, Slot], conflicts: list[Conflict], missed: int
) -> dict[str, Any]:
    """The days of all actions and milestones that have some, and the conflicts."""
    on = reached(problem, slots)
    return {
        "actions": [
            {
                "action_id": str(task),
                "from_on": _day(timetable.day(slot.start)),
                "to_on": _day(timetable.day(slot.finish)),
                "done_on": _day(timetable.day(slot.done)),
                "bound_by": _constraint(slot.bound_by) if slot.bound_by else None,
            }
            for task, slot in slots.items()
        ],
        "milestones": [
            {
                "milestone_id": str(goal.id),
                "due_on": goal.due.isoformat(),
                "reached_on": _day(timetable.day(on[goal.id])) if on[goal.id] >= 0 else None,
            }
            for goal in problem.goals
        ],
        "conflicts": [_conflict(each) for each in conflicts],
        "missed": missed,
    }


def _constraint(constraint: Constraint) -> dict[str, Any]:
    return {
        "kind": constraint.kind.value,
        "subject_id": str(constraint.subject),
        "other_id": str(constraint.other) if constraint.other else None,
    }


def _conflict(conflict: Conflict) -> dict[str, Any]:
    return {
        "broken": _constraint(conflict.broken),
        "due_on": conflict.due.isoformat(),
        "needed_on": _day(conflict.needed),
        "constraints": [_constraint(each) for each in conflict.constraints],
        "irreducible": conflict.irreducible,
        "relaxations": [_relaxation(each) for each in conflict.relaxations],
        "smallest": _relaxation(conflict.smallest) if conflict.smallest else None,
    }


def _relaxation(relaxation: Relaxation) -> dict[str, Any]:
    return {"constraint": _constraint(relaxation.constraint), "days": relaxation.days, "to_on": _day(relaxation.to)}
