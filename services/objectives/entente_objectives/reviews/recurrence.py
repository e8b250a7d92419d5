"""When reviews recur: a rule of RFC 5545 in a time zone, so that nine o'clock stays nine o'clock in summer.

Rules are looked through period by period and no further than `HORIZON`. A library that looks for the thirtieth of
February until the year 9999 holds up everybody else for a minute.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from entente_shared.errors import N_

from .domain import InvalidSeries

HORIZON = timedelta(days=366 * 20)
_DAY = timedelta(days=1)
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY = r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)"
_BYMONTHDAY = r"-?([1-9]|[12]\d|3[01])"
_PARTS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d{0,2}",
    "BYDAY": rf"{_BYDAY}(,{_BYDAY}){{0,13}}",
    "BYMONTHDAY": rf"{_BYMONTHDAY}(,{_BYMONTHDAY}){{0,30}}",
    "BYMONTH": r"([1-9]|1[0-2])(,([1-9]|1[0-2])){0,11}",
    "BYSETPOS": r"-?[1-9]\d?",
    "WKST": "|".join(_WEEKDAYS),
}


@dataclass(frozen=True)
class Rule:
    """`days` are pairs of an ordinal (0: every) and a weekday from Monday 0; empty parts do not limit."""

    freq: str
    interval: int
    days: frozenset[tuple[int, int]]
    month_days: frozenset[int]
    months: frozenset[int]
    position: int | None
    week_start: int


def check(text: str, starts_at: datetime, time_zone: str) -> None:
    """Raises InvalidSeries unless the rule is understood and comes to pass at least once."""
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidSeries(
            N_("time_zone: is not known; give an IANA name such as Europe/Paris, or UTC."), pointer="/time_zone"
        ) from None
    parse(text)
    if following(text, starts_at, time_zone, starts_at - timedelta(microseconds=1)) is None:
        raise InvalidSeries(N_("rrule: never comes to pass; choose days that exist."), pointer="/rrule")


def parse(text: str) -> Rule:
    """Raises InvalidSeries for what is no rule by days or more, or has an end of its own."""
    pairs = [part.partition("=") for part in text.split(";")]
    parts = {name: value for name, _, value in pairs}
    known = all(name in _PARTS and re.fullmatch(_PARTS[name], value, re.ASCII) for name, value in parts.items())
    if not known or len(parts) < len(pairs) or "FREQ" not in parts or not _goes_together(parts):
        raise _refused()
    return Rule(
        parts["FREQ"],
        int(parts.get("INTERVAL", "1")),
        frozenset((int(day[:-2] or 0), _WEEKDAYS.index(day[-2:])) for day in _listed(parts, "BYDAY")),
        frozenset(map(int, _listed(parts, "BYMONTHDAY"))),
        frozenset(map(int, _listed(parts, "BYMONTH"))),
        int(parts["BYSETPOS"]) if "BYSETPOS" in parts else None,
        _WEEKDAYS.index(parts.get("WKST", "MO")),
    )


def _goes_together(parts: dict[str, str]) -> bool:
    """Ordinals and positions count within months and years; a week has no days of a month (RFC 5545, 3.3.10)."""
    if parts["FREQ"] in {"MONTHLY", "YEARLY"}:
        return True
    counts = re.search(r"\d", parts.get("BYDAY", "")) is not None or "BYSETPOS" in parts
    return not counts and not (parts["FREQ"] == "WEEKLY" and "BYMONTHDAY" in parts)


def _listed(parts: dict[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []


def _refused() -> InvalidSeries:
    return InvalidSeries(
        N_("rrule: give a rule of RFC 5545 by FREQ (DAILY to YEARLY), INTERVAL and BY... alone; its end is ends_at."),
        pointer="/rrule",
    )


def following(text: str, starts_at: datetime, time_zone: str, after: datetime) -> datetime | None:
    """The first occurrence later than `after`, in UTC; None where there is none within the horizon of `starts_at`."""
    zone = ZoneInfo(time_zone)
    start = starts_at.astimezone(zone).replace(tzinfo=None)
    for day in _days(parse(text), start.date()):
        moment = datetime.combine(day, start.time(), zone).astimezone(UTC)
        if moment > after and day >= start.date():
            return moment
    return None


def _days(rule: Rule, start: date) -> Iterator[date]:
    """The days on which the rule comes to pass, in order; those of the first period may be before `start`."""
    for first, end in _periods(rule, start):
        found = [day for day in _each(first, end) if _holds(rule, start, day)]
        if rule.position is None:
            yield from found
        elif len(found) >= abs(rule.position):
            yield found[rule.position - 1 if rule.position > 0 else rule.position]


def _each(first: date, end: date) -> Iterator[date]:
    return (first + number * _DAY for number in range((end - first).days))


def _periods(rule: Rule, start: date) -> Iterator[tuple[date, date]]:
    """First day and the day after the last of each period that the rule looks at."""
    last, step = start + HORIZON, 0
    first = start
    while first <= last:
        if rule.freq in {"DAILY", "WEEKLY"}:
            length = 1 if rule.freq == "DAILY" else 7
            begin = start if length == 1 else start - (start.weekday() - rule.week_start) % 7 * _DAY
            first = begin + step * length * _DAY
            yield first, first + length * _DAY
        else:
            months = 1 if rule.freq == "MONTHLY" else 12
            index = (start.year * 12 + start.month - 1) // months * months + step * months
            first = _month(index)
            yield first, _month(index + months)
        step += rule.interval


def _month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


def _holds(rule: Rule, start: date, day: date) -> bool:
    """Whether a day of the period fits all parts; what the rule leaves open is as on the start."""
    if rule.months and day.month not in rule.months:
        return False
    length = (_month(day.year * 12 + day.month) - _DAY).day
    if rule.month_days and not rule.month_days & {day.day, day.day - length - 1}:
        return False
    if rule.days:
        return any(weekday == day.weekday() and _counts(rule, ordinal, day, length) for ordinal, weekday in rule.days)
    if rule.month_days or rule.freq == "DAILY":
        return True
    if rule.freq == "WEEKLY":
        return day.weekday() == start.weekday()
    return day.day == start.day and (rule.freq == "MONTHLY" or bool(rule.months) or day.month == start.month)


def _counts(rule: Rule, ordinal: int, day: date, length: int) -> bool:
    """Whether `day` is the weekday's `ordinal`-th in its month, or in its year where the rule names no months."""
    if ordinal == 0:
        return True
    of_year = rule.freq == "YEARLY" and not rule.months
    number = day.timetuple().tm_yday if of_year else day.day
    total = date(day.year, 12, 31).timetuple().tm_yday if of_year else length
    return ordinal in {(number - 1) // 7 + 1, -((total - number) // 7 + 1)}
