"""Recurring days by RFC 5545 (section 3.3.10), with work that is bounded by the days looked at.

A rule here is about whole days: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY, the hours stand beside it. On days, every BYxxx
part is a filter of the days of one period, whether the RFC calls it a limit or an expansion. A general expander searches on
for a day that never comes (FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30) to the end of the calendar; this one stops where it is told.
"""

from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

SOUGHT = timedelta(days=366 * 20)  # a leap day may be eight years away, and one on a Monday more
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Freq(StrEnum):
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True)
class Rule:
    """A rule from `first_on` on, which its intervals and its count start from.

    `until` is its last day; `until_at` the last moment, where one was written and not a day alone.
    """

    first_on: date
    freq: Freq
    interval: int = 1
    count: int | None = None
    until: date | None = None
    until_at: datetime | None = None
    week_start: int = 0
    by_day: tuple[tuple[int, int], ...] = ()  # (ordinal or 0, weekday)
    by_month: frozenset[int] = frozenset()
    by_month_day: frozenset[int] = frozenset()
    by_year_day: frozenset[int] = frozenset()
    by_set_pos: tuple[int, ...] = ()


@lru_cache(maxsize=200)  # the same rules are asked for again for the same span in one computation
def days(rule: Rule, since: date, to: date) -> tuple[date, ...]:
    """As `each_day`, all at once."""
    return tuple(each_day(rule, since, to))


def first_day(rule: Rule) -> date | None:
    """The first day that the rule falls on; None where there is none within SOUGHT."""
    return next(each_day(rule, rule.first_on, rule.first_on + SOUGHT), None)


def each_day(rule: Rule, since: date, to: date) -> Iterator[date]:
    """The rule's days from `since` to before `to`, rising. The work is at most that of the days from `first_on` to `to`."""
    number = 0
    for period in _periods(rule, rule.first_on if rule.count else since, to):
        for day in _chosen(rule, period):
            if day < rule.first_on:
                continue
            number += 1
            beyond = rule.count is not None and number > rule.count
            if beyond or day >= to or (rule.until is not None and day > rule.until):
                return
            if day >= since:
                yield day


def _periods(rule: Rule, since: date, to: date) -> Iterator[tuple[date, int]]:
    """(first day, number of days) of each period of the rule that has a day from `since` to before `to`."""
    first, since = rule.first_on, max(since, rule.first_on)
    if rule.freq is Freq.DAILY or rule.freq is Freq.WEEKLY:
        length = 1 if rule.freq is Freq.DAILY else 7
        start = first if length == 1 else first - timedelta(days=(first.weekday() - rule.week_start) % 7)
        step = length * rule.interval
        offset = (since - start).days // step * step
        while (begin := start + timedelta(days=offset)) < to:
            yield begin, length
            offset += step
        return
    months = rule.interval * (1 if rule.freq is Freq.MONTHLY else 12)
    origin = first.year * 12 + (first.month - 1 if rule.freq is Freq.MONTHLY else 0)
    index = origin + (since.year * 12 + since.month - 1 - origin) // months * months
    while (begin := date(index // 12, index % 12 + 1, 1)) < to:
        yearly = rule.freq is Freq.YEARLY
        yield begin, (365 + isleap(begin.year)) if yearly else monthrange(begin.year, begin.month)[1]
        index += months


def _chosen(rule: Rule, period: tuple[date, int]) -> list[date]:
    found = [day for day in _candidates(rule, *period) if _matches(rule, day)]
    if not rule.by_set_pos:
        return found
    places = {position - 1 if position > 0 else len(found) + position for position in rule.by_set_pos}
    return [day for place, day in enumerate(found) if place in places]


def _candidates(rule: Rule, begin: date, length: int) -> Iterator[date]:
    """The days of a period; of a year only those of the months that the rule can fall in."""
    months = rule.by_month
    if not (months or rule.by_day or rule.by_month_day or rule.by_year_day):
        months = frozenset({rule.first_on.month})
    if rule.freq is not Freq.YEARLY or not months:
        yield from (begin + timedelta(days=n) for n in range(length))
        return
    for month in sorted(months):
        first = begin.replace(month=month)
        yield from (first + timedelta(days=n) for n in range(_month_length(first)))


def _matches(rule: Rule, day: date) -> bool:
    if rule.by_month and day.month not in rule.by_month:
        return False
    if rule.by_month_day and not {day.day, day.day - _month_length(day) - 1} & rule.by_month_day:
        return False
    if rule.by_year_day and not {_year_day(day), _year_day(day) - _year_length(day) - 1} & rule.by_year_day:
        return False
    if rule.by_day:
        return any(weekday == day.weekday() and _is_nth(rule, day, ordinal) for ordinal, weekday in rule.by_day)
    return _as_first(rule, day)


def _is_nth(rule: Rule, day: date, ordinal: int) -> bool:
    """Whether the day is that many of its weekday into its month (or year), or from the end; 0 is any."""
    if ordinal == 0:
        return True
    in_month = rule.freq is Freq.MONTHLY or bool(rule.by_month)
    place, of = (day.day, _month_length(day)) if in_month else (_year_day(day), _year_length(day))
    return ordinal in {(place + 6) // 7, -((of - place + 7) // 7)}


def _month_length(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _year_day(day: date) -> int:
    return day.timetuple().tm_yday


def _year_length(day: date) -> int:
    return 365 + isleap(day.year)


def _as_first(rule: Rule, day: date) -> bool:
    """What the rule leaves open is as on its first day."""
    if rule.freq is Freq.WEEKLY:
        return day.weekday() == rule.first_on.weekday()
    if rule.freq is Freq.DAILY or rule.by_month_day or rule.by_year_day:
        return True
    if rule.freq is Freq.YEARLY and not rule.by_month and day.month != rule.first_on.month:
        return False
    return day.day == rule.first_on.day
