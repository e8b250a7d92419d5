"""Working-time arithmetic on one axis of days, which are numbered from the first that matters."""

from bisect import bisect_left
from collections.abc import Collection
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from entente_objectives.calendars.domain import working
from entente_objectives.recurrence.domain.rules import days as days_of

from .problem import Problem

DAY = timedelta(days=1)
NEVER: Final = 1 << 40  # a day that does not come within the horizon
OLDEST = timedelta(days=366 * 3)  # what began earlier counts from here


class Timetable:
    """The working days of calendars together, made once for each set of calendars that tasks follow."""

    def __init__(self, problem: Problem) -> None:
        begun = [day for task in problem.tasks.values() for day in (task.began_on, task.finished_on) if day]
        self.origin = max(min([problem.from_on, *begun]), problem.from_on - OLDEST)
        self.to_on = problem.to_on
        self.length = (problem.to_on - self.origin).days
        self._calendars = problem.calendars
        self._worked: dict[tuple[frozenset[UUID], frozenset[UUID]], list[int]] = {}
        self._single: dict[tuple[UUID, bool], set[int]] = {}
        self._starts: dict[tuple[object, ...], list[int]] = {}

    def number(self, day: date) -> int:
        return (day - self.origin).days

    def day(self, number: int) -> date | None:
        return None if number >= NEVER else self.origin + number * DAY

    def _days(self, calendar_id: UUID, *, free: bool) -> set[int]:
        """The numbers of the days on which a calendar works; without its free days they are worked too."""
        key = (calendar_id, free)
        if key not in self._single:
            calendar = self._calendars[calendar_id]
            if free:
                found = set(working.working_days(calendar, self.origin, self.to_on))
            else:
                found = {day for hours in calendar.hours for day in days_of(hours.rule, self.origin, self.to_on)}
            self._single[key] = {self.number(day) for day in found}
        return self._single[key]

    def worked(self, calendars: frozenset[UUID], ignored: Collection[UUID] = ()) -> list[int]:
        """The days, rising, on which all `calendars` work; those `ignored` work on their free days too."""
        key = (calendars, calendars.intersection(ignored))
        if key not in self._worked:
            each = [self._days(calendar_id, free=calendar_id not in key[1]) for calendar_id in calendars]
            self._worked[key] = sorted(set.intersection(*each)) if each else []
        return self._worked[key]

    def after(self, calendars: frozenset[UUID], done: int, count: int, ignored: Collection[UUID] = ()) -> int:
        """The `count`th working day after day `done`."""
        worked = self.worked(calendars, ignored)
        place = bisect_left(worked, done + 1) + count - 1
        return worked[place] if place < len(worked) else NEVER

    def finish(self, calendars: frozenset[UUID], start: int, duration: int, ignored: Collection[UUID] = ()) -> int:
        """The last of `duration` working days from day `start` on, which counts if it is one."""
        return self.after(calendars, start - 1, duration, ignored)

    def starts(
        self,
        calendars: frozenset[UUID],
        own: UUID | None,
        *,
        budget: bool,
        cycle: bool,
        ignored: Collection[UUID] = (),
    ) -> list[int]:
        """The days, rising, on which a task may begin."""
        worked = self.worked(calendars, ignored)
        if not (budget or cycle):
            return worked
        key = (calendars, calendars.intersection(ignored), own, budget, cycle)
        if key not in self._starts:
            allowed = set(worked)
            if budget:
                allowed &= self._budget(own)
            if cycle:
                allowed &= self._cycle_starts(own, worked)
            self._starts[key] = sorted(allowed)
        return self._starts[key]

    def _budget(self, own: UUID | None) -> set[int]:
        windows = self._calendars[own].budget_windows if own else ()
        return {self.number(day) for day in working.covered(windows, self.origin, self.to_on)}

    def _cycle_starts(self, own: UUID | None, worked: list[int]) -> set[int]:
        found = set()
        for cycle in self._calendars[own].cycles if own else ():
            for first in cycle.starts(self.origin, self.to_on):
                number = self.number(first)
                place = bisect_left(worked, number)
                if place < len(worked) and worked[place] < number + cycle.length:
                    found.add(worked[place])
        return found
