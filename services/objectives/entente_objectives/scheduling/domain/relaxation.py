"""What would have to give so that a conflict is gone, by bisection: less of a constraint never makes anything later."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from .earliest import Eased, forward
from .problem import Constraint, Kind, Problem, order
from .timetable import NEVER, Timetable

STEPS = 100_000  # tasks placed to explain one conflict, and again for its relaxations: less than a second each


@dataclass(frozen=True)
class Relaxation:
    """By how many days a constraint has to give so that this conflict is gone; None: it has to go. `to`: the day it then names."""

    constraint: Constraint
    days: int | None = None
    to: date | None = None


@dataclass(frozen=True)
class Missed:
    """What is late, and by which day it should not be."""

    broken: Constraint
    task: UUID  # the last one to be done
    due: int


class Budget:
    """How much may still be tried."""

    def __init__(self) -> None:
        self.left = STEPS

    def spend(self, steps: int) -> bool:
        self.left -= steps
        return self.left >= 0


def relaxations(
    problem: Problem, timetable: Timetable, missed: Missed, done: int, kept: list[Constraint]
) -> list[Relaxation]:
    """What of the set would do alone, in the whole problem: other chains may be late too."""
    found = []
    if done < NEVER:
        found.append(Relaxation(missed.broken, done - missed.due, timetable.day(done)))
    before = _before(problem, missed.task)
    tasks = [task for task in order(problem) if task in before]
    part = replace(
        problem,
        tasks={task: problem.tasks[task] for task in tasks},
        links=tuple(link for link in problem.links if link.after in before),
    )
    budget = Budget()

    def enough(eased: Eased) -> bool:
        return budget.spend(len(tasks)) and forward(part, timetable, eased, tasks)[missed.task].done <= missed.due

    goal = next((each for each in problem.goals if each.id == missed.broken.subject), None)
    if goal is not None and _others_late(part, problem, timetable, missed, goal.tasks):
        return found  # nothing of one chain is enough while another task of the milestone is late
    for constraint in kept:
        each = _relaxation(problem, constraint, enough)
        if each is not None:
            found.append(each)
    return found


def _others_late(
    part: Problem, problem: Problem, timetable: Timetable, missed: Missed, tasks: tuple[UUID, ...]
) -> bool:
    slots = forward(problem, timetable)
    return any(task not in part.tasks and slots[task].done > missed.due for task in tasks)


def _relaxation(problem: Problem, constraint: Constraint, enough: Callable[[Eased], bool]) -> Relaxation | None:
    most, task = 0, problem.tasks.get(constraint.subject)
    if constraint.kind is Kind.EARLIEST and task is not None and task.earliest is not None:
        most = (task.earliest - problem.from_on).days
    elif constraint.kind is Kind.VALIDATION and constraint.other is not None:
        most = problem.calendars[constraint.other].validation_days
    elif constraint.kind is Kind.DEPENDENCY:
        most = next(
            each.lag for each in problem.links if (each.after, each.before) == (constraint.subject, constraint.other)
        )
    if most > 0 and enough(Eased(shorter={constraint: most})):
        low, high = 0, most  # too little, enough
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if enough(Eased(shorter={constraint: middle})) else (middle, high)
        moved = (
            task.earliest - high * date.resolution
            if constraint.kind is Kind.EARLIEST and task and task.earliest
            else None
        )
        return Relaxation(constraint, high, moved)
    return Relaxation(constraint) if enough(Eased(frozenset({constraint}))) else None


def _before(problem: Problem, task: UUID) -> set[UUID]:
    into: dict[UUID, list[UUID]] = {}
    for link in problem.links:
        into.setdefault(link.after, []).append(link.before)
    found, waiting = {task}, [task]
    while waiting:
        for before in into.get(waiting.pop(), ()):
            if before not in found:
                found.add(before)
                waiting.append(before)
    return found
