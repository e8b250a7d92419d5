"""Recurring days by RFC 5545 (section 3.3.10), with work that is bounded by the days looked at.

A rule here is about whole days: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY, the hours stand beside it. On days, every BYxxx
part is a filter of the days of one period, whether the RFC calls it a limit or an expansion. A general expander searches on
for a day that never comes (FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30) to the end of the calendar; this one stops where it is told.
"""

import re
from bisect import bisect_left
from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from entente_shared.errors import N_, Unprocessable

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST_RULE = 300
SOUGHT = timedelta(days=366 * 12)  # a leap day may be eight years away
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)(T\d{6}Z?)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,4}", re.ASCII)
_RANGES = {"BYMONTH": (1, 12), "BYMONTHDAY": (-31, 31), "BYYEARDAY": (-366, 366), "BYSETPOS": (-366, 366)}
_KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *_RANGES}


class InvalidRule(Unprocessable):
    slug, title = "invalid-rule", N_("The recurrence rule cannot be followed")


class Freq(StrEnum):
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True)
class Rule:
    """A rule from `first_on` on, which its intervals and its count start from."""

    first_on: date
    freq: Freq
    interval: int = 1
    count: int | None = None
    until: date | None = None
    week_start: int = 0
    by_day: tuple[tuple[int, int], ...] = ()  # (ordinal or 0, weekday)
    by_month: frozenset[int] = frozenset()
    by_month_day: frozenset[int] = frozenset()
    by_year_day: frozenset[int] = frozenset()
    by_set_pos: tuple[int, ...] = ()


def parse(text: str, first_on: date) -> Rule:
    """The rule that `text` (without "RRULE:") says. Raises InvalidRule, of which the caller knows the pointer."""
    rule = _read(_parts(text), first_on)
    if next(_occurrences(rule, first_on, first_on + SOUGHT), None) is None:
        raise InvalidRule(N_("rrule: falls on no day in its first twelve years; choose days that exist."))
    return rule


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.upper().split(";") if len(text) <= LONGEST_RULE else [""]:
        name, _, value = part.partition("=")
        if name not in _KNOWN or not value or name in parts:
            raise InvalidRule(
                N_(
                    "rrule: is no list of {known}, each once; write it as in RFC 5545, e.g. FREQ=WEEKLY;BYDAY=MO,TU. "
                    "Hours stand beside the rule."
                ),
                known=", ".join(sorted(_KNOWN)),
            )
        parts[name] = value
    return parts


def _read(parts: dict[str, str], first_on: date) -> Rule:
    if parts.get("FREQ") not in set(Freq):
        raise InvalidRule(N_("rrule: FREQ is missing or not one of DAILY, WEEKLY, MONTHLY, YEARLY; choose one."))
    if "COUNT" in parts and "UNTIL" in parts:
        raise InvalidRule(N_("rrule: has both COUNT and UNTIL; keep one."))
    freq = Freq(parts["FREQ"])
    by_day = tuple(_day(item) for item in parts["BYDAY"].split(",")) if "BYDAY" in parts else ()
    if freq in {Freq.DAILY, Freq.WEEKLY} and any(ordinal for ordinal, _ in by_day):
        raise InvalidRule(N_("rrule: BYDAY has a number, which only MONTHLY and YEARLY give a meaning; leave it out."))
    if (freq is Freq.WEEKLY and "BYMONTHDAY" in parts) or (freq is not Freq.YEARLY and "BYYEARDAY" in parts):
        raise InvalidRule(
            N_("rrule: BYMONTHDAY does not go with WEEKLY, and BYYEARDAY only with YEARLY; leave it out.")
        )
    if "BYSETPOS" in parts and not any(name in parts for name in ("BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY")):
        raise InvalidRule(N_("rrule: BYSETPOS chooses among days of another part; add BYDAY or BYMONTHDAY."))
    return Rule(
        first_on,
        freq,
        _whole("INTERVAL", parts.get("INTERVAL", "1"), 1, 1000),
        _whole("COUNT", parts["COUNT"], 1, 9999) if "COUNT" in parts else None,
        _until(parts["UNTIL"]) if "UNTIL" in parts else None,
        _weekday(parts.get("WKST", "MO")),
        by_day,
        _numbers(parts, "BYMONTH"),
        _numbers(parts, "BYMONTHDAY"),
        _numbers(parts, "BYYEARDAY"),
        tuple(_numbers(parts, "BYSETPOS")),
    )


def _whole(name: str, text: str, low: int, high: int) -> int:
    if not _WHOLE.fullmatch(text) or not low <= int(text) <= high or int(text) == 0:
        raise InvalidRule(
            N_("rrule: {name} is not made of whole numbers from {low} to {high} but 0; correct it."),
            name=name, low=low, high=high,
        )  # fmt: skip
    return int(text)


def _numbers(parts: dict[str, str], name: str) -> frozenset[int]:
    return (
        frozenset(_whole(name, item, *_RANGES[name]) for item in parts[name].split(","))
        if name in parts
        else frozenset()
    )


def _weekday(text: str) -> int:
    if text not in WEEKDAYS:
        raise InvalidRule(N_("rrule: WKST is no weekday; write MO, TU, WE, TH, FR, SA or SU."))
    return WEEKDAYS.index(text)


def _day(text: str) -> tuple[int, int]:
    found = _DAY.fullmatch(text)
    if found is None or (found[1] and not 1 <= abs(int(found[1])) <= 53):
        raise InvalidRule(
            N_("rrule: BYDAY is no list of weekdays; write e.g. MO,TU or 1MO (the first) or -1FR (the last).")
        )
    return int(found[1] or 0), WEEKDAYS.index(found[2])


def _until(text: str) -> date:
    found = _UNTIL.fullmatch(text)
    try:
        if found is not None:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise InvalidRule(N_("rrule: UNTIL is no day; write it as 20261231."))


@lru_cache(maxsize=2000)
def days(rule: Rule, since: date, to: date) -> tuple[date, ...]:
    """The rule's days from `since` to before `to`, rising. The work is at most that of the days from `first_on` to `to`."""
    return tuple(_occurrences(rule, since, to))


def _occurrences(rule: Rule, since: date, to: date) -> Iterator[date]:
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
    begin, length = period
    found = [day for n in range(length) if _matches(rule, day := begin + timedelta(days=n))]
    if not rule.by_set_pos:
        return found
    places = {position - 1 if position > 0 else len(found) + position for position in rule.by_set_pos}
    return [day for place, day in enumerate(found) if place in places]


def _matches(rule: Rule, day: date) -> bool:
    if rule.by_month and day.month not in rule.by_month:
        return False
    last = monthrange(day.year, day.month)[1]
    if rule.by_month_day and not {day.day, day.day - last - 1} & rule.by_month_day:
        return False
    year_day, of_year = day.timetuple().tm_yday, 365 + isleap(day.year)
    if rule.by_year_day and not {year_day, year_day - of_year - 1} & rule.by_year_day:
        return False
    if rule.by_day:
        in_month = rule.freq is Freq.MONTHLY or bool(rule.by_month)
        place, of = (day.day, last) if in_month else (year_day, of_year)
        ordinals = {0, (place + 6) // 7, -((of - place + 7) // 7)}
        return any(weekday == day.weekday() and ordinal in ordinals for ordinal, weekday in rule.by_day)
    return _as_first(rule, day)


def _as_first(rule: Rule, day: date) -> bool:
    """What the rule leaves open is as on its first day."""
    if rule.freq is Freq.WEEKLY:
        return day.weekday() == rule.first_on.weekday()
    if rule.freq is Freq.DAILY or rule.by_month_day or rule.by_year_day:
        return True
    if rule.freq is Freq.YEARLY and not rule.by_month and day.month != rule.first_on.month:
        return False
    return day.day == rule.first_on.day


def within(starts: tuple[date, ...], length: int, day: date) -> bool:
    """Whether `day` is one of the `length` days from any of `starts` (rising) on."""
    place = bisect_left(starts, day + timedelta(days=1))
    return place > 0 and (day - starts[place - 1]).days < length
