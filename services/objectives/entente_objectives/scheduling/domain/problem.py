"""What A13 schedules: tasks in working days of the calendars that they follow, what links them, and what they must keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from entente_objectives.calendars.domain.working import Calendar

RULE_VERSION = "A13-schedule.1"


@dataclass(frozen=True)
class Task:
    """`duration` in days on which all `calendars` work. `own_calendar` says when budget is there and cycles begin.

    `validators` are the calendars of those who validate, one after the end of the work and beside the others.
    """

    id: UUID
    title: str
    duration: int
    calendars: frozenset[UUID]
    own_calendar: UUID | None = None
    earliest: date | None = None
    deadline: date | None = None
    needs_budget: bool = False
    at_cycle_start: bool = False
    validators: tuple[UUID, ...] = ()
    began_on: date | None = None
    finished_on: date | None = None


@dataclass(frozen=True)
class Link:
    """`after` begins at the earliest on its `lag + 1`st working day after `before` is done."""

    before: UUID
    after: UUID
    lag: int = 0


@dataclass(frozen=True)
class Goal:
    """A milestone: reached when all its tasks are done, due on a day."""

    id: UUID
    title: str
    due: date
    tasks: tuple[UUID, ...]


@dataclass(frozen=True)
class Problem:
    """Nothing that has not begun begins before `from_on`; days from `to_on` on are not looked at."""

    from_on: date
    to_on: date
    calendars: Mapping[UUID, Calendar]
    tasks: Mapping[UUID, Task]
    links: tuple[Link, ...] = ()
    goals: tuple[Goal, ...] = ()


class Kind(StrEnum):
    """What can be given up to make a schedule possible; durations, working weeks and what has happened cannot."""

    EARLIEST = "earliest"
    DEPENDENCY = "dependency"
    BUDGET_WINDOW = "budget_window"
    CYCLE_START = "cycle_start"
    VALIDATION = "validation"
    FREE_DAYS = "free_days"
    DEADLINE = "deadline"
    MILESTONE_DUE = "milestone_due"
    HORIZON = "horizon"


@dataclass(frozen=True, order=True)
class Constraint:
    """`subject`: the task, calendar (free days) or milestone; `other`: the task before it, the calendar that validates, or the
    milestone's task.
    """

    kind: Kind
    subject: UUID
    other: UUID | None = None


def order(problem: Problem) -> list[UUID]:
    """The tasks, each after those that it depends on (Kahn 1962). The links have no cycle: that is checked when one is made."""
    waiting = dict.fromkeys(problem.tasks, 0)
    following: dict[UUID, list[UUID]] = {task: [] for task in problem.tasks}
    for link in problem.links:
        waiting[link.after] += 1
        following[link.before].append(link.after)
    ready = [task for task, count in waiting.items() if count == 0]
    for task in ready:
        for after in following[task]:
            waiting[after] -= 1
            if waiting[after] == 0:
                ready.append(after)
    assert len(ready) == len(problem.tasks), "links have no cycle"
    return ready
