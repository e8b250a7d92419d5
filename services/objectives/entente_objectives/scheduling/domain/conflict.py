"""Why there is no schedule: an irreducible set of constraints that cannot all hold, and what would have to give.

The chain of what bound the late task, each link of which set the next one's day, is late by itself. A deletion filter
(Chinneck & Dravnieks 1991) then drops each of its constraints in turn and leaves it out where the rest is still late: what remains
is irreducible, for dropping constraints never makes anything later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from .earliest import NOTHING_EASED, Eased, Slot, forward, release_of
from .problem import Constraint, Kind, Link, Problem, Task
from .relaxation import Budget, Missed, Relaxation, relaxations
from .timetable import NEVER, Timetable

SHOWN = 3  # conflicts that are explained; of the others only how many there are


@dataclass(frozen=True)
class Conflict:
    """`broken` is missed: it asks for `due`, and `needed` is the earliest (None: not within the horizon).

    No constraint can be left out of `constraints` and the rest still be in conflict, if `irreducible`. Each relaxation is enough.
    """

    broken: Constraint
    due: date
    needed: date | None
    constraints: tuple[Constraint, ...]
    irreducible: bool
    relaxations: tuple[Relaxation, ...]

    @property
    def smallest(self) -> Relaxation | None:
        return min(self.relaxations, key=lambda each: (each.days is None, each.days or 0), default=None)


def explain(problem: Problem, timetable: Timetable, slots: Mapping[UUID, Slot]) -> tuple[list[Conflict], int]:
    """The first conflicts, and how many there are in all."""
    missed = _missed(problem, timetable, slots)
    return [_explain(problem, timetable, slots, each) for each in missed[:SHOWN]], len(missed)


def _missed(problem: Problem, timetable: Timetable, slots: Mapping[UUID, Slot]) -> list[Missed]:
    found = []
    lost = {link.after for link in problem.links if slots[link.before].done >= NEVER}
    for task in problem.tasks.values():
        done = slots[task.id].done
        if done >= NEVER and task.id not in lost:
            found.append(Missed(Constraint(Kind.HORIZON, task.id), task.id, timetable.length - 1))
        elif task.deadline and task.finished_on is None and timetable.number(task.deadline) < done < NEVER:
            found.append(Missed(Constraint(Kind.DEADLINE, task.id), task.id, timetable.number(task.deadline)))
    for goal in problem.goals:
        due = timetable.number(goal.due)
        open_ones = [task for task in goal.tasks if problem.tasks[task].finished_on is None]  # the rest has happened
        late = [task for task in open_ones if due < slots[task].done < NEVER]
        if late:
            last = max(late, key=lambda task: slots[task].done)
            found.append(Missed(Constraint(Kind.MILESTONE_DUE, goal.id, last), last, due))
    return found


def _explain(problem: Problem, timetable: Timetable, slots: Mapping[UUID, Slot], missed: Missed) -> Conflict:
    budget = Budget()
    chain, held = _chain(problem, timetable, slots, missed.task)
    path, tasks = _alone(problem, chain, held), list(reversed(chain))

    def late(dropped: frozenset[Constraint]) -> bool:
        return forward(path, timetable, Eased(dropped), tasks)[missed.task].done > missed.due

    needless: frozenset[Constraint] = frozenset()
    irreducible = True
    for constraint in sorted(held, key=lambda each: each.kind is not Kind.FREE_DAYS):
        irreducible = irreducible and budget.spend(len(tasks))
        if irreducible and late(needless | {constraint}):
            needless |= {constraint}
    kept = [constraint for constraint in held if constraint not in needless]
    return Conflict(
        missed.broken,
        timetable.origin + missed.due * (date.resolution),
        timetable.day(slots[missed.task].done),
        (missed.broken, *kept),
        irreducible,
        tuple(relaxations(problem, timetable, missed, slots[missed.task].done, kept)),
    )


def _chain(
    problem: Problem, timetable: Timetable, slots: Mapping[UUID, Slot], last: UUID
) -> tuple[list[UUID], list[Constraint]]:
    """The tasks from `last` back, each bound by the next, and the constraints that bound them."""
    into: dict[UUID, list[Link]] = {}
    for link in problem.links:
        into.setdefault(link.after, []).append(link)
    chain, held = [last], list[Constraint]()
    free: dict[UUID, None] = {}
    while True:
        task, slot = problem.tasks[chain[-1]], slots[chain[-1]]
        free |= dict.fromkeys(sorted(task.calendars))
        validator = _slowest(problem, timetable, task, slot)
        if validator is not None:
            held.append(Constraint(Kind.VALIDATION, task.id, validator))
            free[validator] = None
        if task.began_on is not None or task.finished_on is not None:
            break
        windows = ((task.needs_budget, Kind.BUDGET_WINDOW), (task.at_cycle_start, Kind.CYCLE_START))
        held += [Constraint(kind, task.id) for wanted, kind in windows if wanted]
        _, bound = release_of(problem, timetable, task, into.get(task.id, ()), slots, NOTHING_EASED, ())
        if bound is None:
            break
        held.append(bound)
        if bound.kind is not Kind.DEPENDENCY or bound.other is None:
            break
        chain.append(bound.other)
    return chain, held + [Constraint(Kind.FREE_DAYS, calendar_id) for calendar_id in free]


def _slowest(problem: Problem, timetable: Timetable, task: Task, slot: Slot) -> UUID | None:
    if slot.finish >= NEVER or slot.done <= slot.finish:
        return None
    leads = {each: problem.calendars[each].validation_days for each in task.validators}
    ends = {each: timetable.after(frozenset({each}), slot.finish, lead) for each, lead in leads.items() if lead > 0}
    return max(ends, key=lambda each: ends[each])


def _alone(problem: Problem, chain: list[UUID], held: list[Constraint]) -> Problem:
    """The problem with nothing in it but the chain and what holds it."""
    kept = set(held)
    tasks = {
        task_id: replace(
            task,
            earliest=task.earliest if Constraint(Kind.EARLIEST, task_id) in kept else None,
            validators=tuple(each for each in task.validators if Constraint(Kind.VALIDATION, task_id, each) in kept),
        )
        for task_id in chain
        for task in (problem.tasks[task_id],)
    }
    links = tuple(link for link in problem.links if Constraint(Kind.DEPENDENCY, link.after, link.before) in kept)
    return replace(problem, tasks=tasks, links=links, goals=())
