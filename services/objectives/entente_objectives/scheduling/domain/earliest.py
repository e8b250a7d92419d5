"""The earliest schedule (A13): the forward pass of the critical path method (Kelley & Walker 1959) in working days.

Each task's first allowed day is a function of the days on which those before it are done, and so is the day on which it is
done; every such function is isotone: later in, never earlier out. The pass therefore finds the least solution: no schedule
that keeps the constraints has any task begin or end earlier, and if a deadline is missed in it, it is missed in all. Windows of
which a task may choose one do not change that, for they only say which days may be its first. So nothing is left for a search.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from .problem import Constraint, Kind, Link, Problem, Task, order
from .timetable import NEVER, Timetable

NONE: frozenset[Constraint] = frozenset()


@dataclass(frozen=True, slots=True)
class Slot:
    """Days by number. `bound_by` is what did not let the task begin earlier; None: it could begin at once, or has begun."""

    start: int
    finish: int
    done: int
    bound_by: Constraint | None = None


@dataclass(frozen=True, slots=True)
class Eased:
    """By how many days lags and validations are shorter, and which constraints do not hold at all."""

    dropped: Collection[Constraint] = NONE
    shorter: Mapping[Constraint, int] | None = None

    def less(self, constraint: Constraint) -> int:
        return self.shorter.get(constraint, 0) if self.shorter else 0


NOTHING_EASED = Eased()


def forward(
    problem: Problem, timetable: Timetable, eased: Eased = NOTHING_EASED, tasks: Iterable[UUID] | None = None
) -> dict[UUID, Slot]:
    """When each task begins, ends and counts as done at the earliest. `tasks`: only these, in an order that the links allow."""
    links: dict[UUID, list[Link]] = {}
    for link in problem.links:
        links.setdefault(link.after, []).append(link)
    slots: dict[UUID, Slot] = {}
    ignored = [each.subject for each in eased.dropped if each.kind is Kind.FREE_DAYS]
    for task_id in order(problem) if tasks is None else tasks:
        task = problem.tasks[task_id]
        slots[task_id] = _slot(problem, timetable, task, links.get(task_id, ()), slots, eased, ignored)
    return slots


def _slot(
    problem: Problem,
    timetable: Timetable,
    task: Task,
    links: Iterable[Link],
    slots: Mapping[UUID, Slot],
    eased: Eased,
    ignored: Collection[UUID],
) -> Slot:
    if task.finished_on is not None:
        finished = timetable.number(task.finished_on)
        return Slot(timetable.number(task.began_on or task.finished_on), finished, finished)
    bound: Constraint | None = None
    if task.began_on is not None:
        start = timetable.number(task.began_on)
    else:
        release, bound = release_of(problem, timetable, task, links, slots, eased, ignored)
        start = _first(timetable, task, release, eased, ignored)
        bound = _bound(task, bound, eased, start, _first(timetable, task, release, _without_windows(task), ignored))
    finish = NEVER if start >= NEVER else timetable.finish(task.calendars, start, task.duration, ignored)
    if task.began_on is not None and finish < timetable.number(problem.from_on):
        # Overdue: at best it ends today.
        finish = timetable.after(task.calendars, timetable.number(problem.from_on) - 1, 1, ignored)
    return Slot(start, finish, _done(problem, timetable, task, finish, eased, ignored), bound)


def release_of(
    problem: Problem,
    timetable: Timetable,
    task: Task,
    links: Iterable[Link],
    slots: Mapping[UUID, Slot],
    eased: Eased,
    ignored: Collection[UUID],
) -> tuple[int, Constraint | None]:
    """Before which day the task cannot begin, and what says so."""
    release, bound = timetable.number(problem.from_on), None
    earliest = Constraint(Kind.EARLIEST, task.id)
    if task.earliest is not None and earliest not in eased.dropped:
        wanted = timetable.number(task.earliest) - eased.less(earliest)
        if wanted > release:
            release, bound = wanted, earliest
    for link in links:
        dependency = Constraint(Kind.DEPENDENCY, task.id, link.before)
        if dependency in eased.dropped or link.before not in slots:
            continue
        done, lag = slots[link.before].done, link.lag - eased.less(dependency)
        wanted = NEVER if done >= NEVER else timetable.after(task.calendars, done, lag + 1, ignored)
        if wanted > release:
            release, bound = wanted, dependency
    return release, bound


def _first(timetable: Timetable, task: Task, release: int, eased: Eased, ignored: Collection[UUID]) -> int:
    budget = task.needs_budget and Constraint(Kind.BUDGET_WINDOW, task.id) not in eased.dropped
    cycle = task.at_cycle_start and Constraint(Kind.CYCLE_START, task.id) not in eased.dropped
    starts = timetable.starts(task.calendars, task.own_calendar, budget=budget, cycle=cycle, ignored=ignored)
    place = bisect_left(starts, release)
    return starts[place] if place < len(starts) else NEVER


def _without_windows(task: Task) -> Eased:
    return Eased(frozenset({Constraint(Kind.BUDGET_WINDOW, task.id), Constraint(Kind.CYCLE_START, task.id)}))


def _bound(task: Task, bound: Constraint | None, eased: Eased, start: int, otherwise: int) -> Constraint | None:
    if start <= otherwise:
        return bound
    windows = [(task.needs_budget, Kind.BUDGET_WINDOW), (task.at_cycle_start, Kind.CYCLE_START)]
    return next(c for wanted, kind in windows if wanted and (c := Constraint(kind, task.id)) not in eased.dropped)


def _done(
    problem: Problem, timetable: Timetable, task: Task, finish: int, eased: Eased, ignored: Collection[UUID]
) -> int:
    done = finish
    for calendar_id in task.validators:
        validation = Constraint(Kind.VALIDATION, task.id, calendar_id)
        lead = problem.calendars[calendar_id].validation_days - eased.less(validation)
        if finish >= NEVER or lead <= 0 or validation in eased.dropped:
            continue
        done = max(done, timetable.after(frozenset({calendar_id}), finish, lead, ignored))
    return done


def reached(problem: Problem, slots: Mapping[UUID, Slot]) -> dict[UUID, int]:
    """When each goal is reached: with the last of its tasks."""
    return {
        goal.id: max((slots[task].done for task in goal.tasks if task in slots), default=-1) for goal in problem.goals
    }
