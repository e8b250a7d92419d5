"""Problems of A13 for tests: small calendars, and tasks known by letters."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from entente_objectives.calendars.domain.working import Calendar, Hours, Spell
from entente_objectives.recurrence.domain import rule_text
from entente_objectives.scheduling.domain.conflict import explain
from entente_objectives.scheduling.domain.earliest import forward
from entente_objectives.scheduling.domain.problem import Goal, Link, Problem, Task
from entente_objectives.scheduling.domain.timetable import Timetable

START = date(2026, 1, 5)  # a Monday
SPACE = UUID("01939f60-1c00-7a10-8c01-5e0f3a7b1001")


def key(name: str) -> UUID:
    return uuid5(SPACE, name)


def calendar(name: str = "all", weekdays: str = "MO,TU,WE,TH,FR", **changes: Any) -> Calendar:
    rule = rule_text.parse(f"FREQ=WEEKLY;BYDAY={weekdays}", date(2025, 1, 1))
    return Calendar(key(name), name, None, "Europe/Paris", (Hours(rule, time(9), time(17)),), **changes)


EVERY_DAY = calendar("every day", "MO,TU,WE,TH,FR,SA,SU")


def spell(first: date, length: int = 1, name: str = "spell") -> Spell:
    return Spell(name, first, length)


def task(name: str, duration: int, *calendars: Calendar, **changes: Any) -> Task:
    followed = calendars or (EVERY_DAY,)
    return Task(
        key(name), name, duration, frozenset(each.id for each in followed), own_calendar=followed[0].id, **changes
    )


def problem(
    tasks: list[Task],
    links: list[tuple[str, str] | tuple[str, str, int]] = (),
    *calendars: Calendar,
    days: int = 400,
    goals: tuple[Goal, ...] = (),
) -> Problem:
    known = {each.id: each for each in (EVERY_DAY, *calendars)}
    joined = tuple(Link(key(link[0]), key(link[1]), *link[2:]) for link in links)
    return Problem(START, START + timedelta(days=days), known, {each.id: each for each in tasks}, joined, goals)


def goal(name: str, due: date, *tasks: str) -> Goal:
    return Goal(key(name), name, due, tuple(key(each) for each in tasks))


def solved(asked: Problem) -> tuple[dict[str, tuple[date | None, date | None, date | None]], list[Any], int]:
    """Start, finish and done of each task by its title; the conflicts, and how many there are."""
    timetable = Timetable(asked)
    slots = forward(asked, timetable)
    conflicts, missed = explain(asked, timetable, slots)
    days = {
        asked.tasks[each].title: tuple(timetable.day(number) for number in (slot.start, slot.finish, slot.done))
        for each, slot in slots.items()
    }
    return days, conflicts, missed
