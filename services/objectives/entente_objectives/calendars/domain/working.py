"""When a party works: its days, its hours, and the spells in which it does not, may spend money or begins to build."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from entente_objectives.recurrence.domain.rules import Rule, days
from entente_shared.errors import N_, Conflict, Forbidden

DAY = timedelta(days=1)
Interval = tuple[datetime, datetime]


class PartyHasCalendar(Conflict):
    slug, title = "party-has-calendar", N_("The party has a calendar already")


class NotYourCalendar(Forbidden):
    slug, title = "not-your-calendar", N_("Each party keeps its own calendar")


class CalendarInUse(Conflict):
    slug, title = "calendar-in-use", N_("Actions follow this calendar")


@dataclass(frozen=True)
class Hours:
    """Worked from `opens` to `closes` by the calendar's own clock, on the days of the rule."""

    rule: Rule
    opens: time
    closes: time


@dataclass(frozen=True)
class Spell:
    """`length` days, once from `first_on` or at each day of the rule."""

    name: str
    first_on: date
    length: int = 1
    rule: Rule | None = None

    def starts(self, since: date, to: date) -> tuple[date, ...]:
        """The first days of those occurrences that have a day from `since` to before `to`."""
        early = since - (self.length - 1) * DAY
        if self.rule is not None:
            return days(self.rule, early, to)
        return (self.first_on,) if early <= self.first_on < to else ()


@dataclass(frozen=True)
class Calendar:
    """`validation_days` is how many working days the party takes to validate. A shared calendar has no party."""

    id: UUID
    name: str
    party_id: UUID | None
    zone: str
    hours: tuple[Hours, ...]
    holidays: tuple[Spell, ...] = ()
    blackouts: tuple[Spell, ...] = ()
    budget_windows: tuple[Spell, ...] = ()
    cycles: tuple[Spell, ...] = ()
    validation_days: int = 0


def covered(spells: Iterable[Spell], since: date, to: date) -> set[date]:
    """The days from `since` to before `to` that lie in any of the spells."""
    longest: dict[date, int] = {}
    for spell in spells:
        for start in spell.starts(since, to):
            longest[start] = max(longest.get(start, 0), spell.length)
    found: list[date] = []
    reached = since  # spells may overlap a thousandfold: each day is come by once
    for start, length in sorted(longest.items()):
        begin, end = max(start, reached), min(start + length * DAY, to)
        found += (begin + n * DAY for n in range((end - begin).days))
        reached = max(reached, end)
    return set(found)


def free_days(calendar: Calendar, since: date, to: date) -> set[date]:
    """Holidays and blackouts."""
    return covered(calendar.holidays, since, to) | covered(calendar.blackouts, since, to)


def working_days(calendar: Calendar, since: date, to: date) -> list[date]:
    """The days from `since` to before `to` on which the party works, rising."""
    worked = {day for hours in calendar.hours for day in days(hours.rule, since, to)}
    return sorted(worked - free_days(calendar, since, to))


def working_intervals(calendar: Calendar, since: datetime, to: datetime) -> list[Interval]:
    """The hours worked between two moments, in UTC, rising and apart. A clock that changes moves them as the party's own does."""
    zone = ZoneInfo(calendar.zone)
    first, last = since.astimezone(zone).date(), to.astimezone(zone).date() + DAY
    free = free_days(calendar, first, last)
    found = [
        (_moment(day, hours.opens, zone), _moment(day, hours.closes, zone))
        for hours in calendar.hours
        for day in days(hours.rule, first, last)
        if day not in free
    ]
    return clipped(found, since, to)


def free_intervals(calendar: Calendar, since: datetime, to: datetime) -> list[Interval]:
    """The whole days, from midnight to midnight there, on which the party is away."""
    zone = ZoneInfo(calendar.zone)
    first, last = since.astimezone(zone).date(), to.astimezone(zone).date() + DAY
    found = [(_moment(day, time(), zone), _moment(day + DAY, time(), zone)) for day in free_days(calendar, first, last)]
    return clipped(found, since, to)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def clipped(intervals: Sequence[Interval], since: datetime, to: datetime) -> list[Interval]:
    """The parts between two moments, those that touch joined."""
    joined: list[Interval] = []
    for begin, end in sorted((max(begin, since), min(end, to)) for begin, end in intervals):
        if begin >= end:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined
