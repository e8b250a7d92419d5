"""Rituals: what a partnership does again and again, by a recurrence rule of RFC 5545.

A rule is followed day by day until it takes place, and one that never does is followed to the end of the calendar, which takes
seconds: `until` is looked at only where there is an occurrence. So only rules are taken that take place in each of their
periods: BYMONTHDAY to the 28th from either end, the first to fourth of a weekday, and no parts that could exclude each other.
Nothing is followed further than HORIZON from the start.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import dropwhile, islice, takewhile
from uuid import UUID
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from entente_shared.errors import N_, Conflict, Forbidden, NotFound, Unprocessable

HORIZON = timedelta(days=3653)
MOST_OCCURRENCES = 400
_DAY, _NUMBER, _MONTH_DAY = "(?:MO|TU|WE|TH|FR|SA|SU)", "[+-]?[1-4]", "-?(?:[1-9]|1[0-9]|2[0-8])"
_PARTS = {
    "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": "[1-9][0-9]{0,2}",
    "UNTIL": "[0-9]{8}T[0-9]{6}Z",
    "WKST": _DAY,
    "BYDAY": rf"{_DAY}(?:,{_DAY})*|{_NUMBER}{_DAY}(?:,{_NUMBER}{_DAY})*",
    "BYMONTHDAY": rf"{_MONTH_DAY}(?:,{_MONTH_DAY})*",
    "BYMONTH": "(?:[1-9]|1[0-2])(?:,(?:[1-9]|1[0-2]))*",
    "BYSETPOS": "-?[1-4]",
}
_SELECTING = {
    "DAILY": set[str](),
    "WEEKLY": {"BYDAY"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": {"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"},
}


class RitualNotFound(NotFound):
    slug, title = "ritual-not-found", N_("There is no such ritual")


class InvalidRitual(Unprocessable):
    slug, title = "invalid-ritual", N_("The ritual cannot be kept like this")


class NoSuchOccurrence(Unprocessable):
    slug, title = "no-such-occurrence", N_("The ritual does not take place then")


class RitualEnded(Conflict):
    slug, title = "ritual-ended", N_("The ritual has ended")


class NotYourRitual(Forbidden):
    slug, title = "not-your-ritual", N_("Only the party that keeps the ritual may do this")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`rule` as RFC 5545 has it, without `RRULE:`, from `starts_at` on, by the walls' clocks of `time_zone` (IANA)."""

    rule: str
    starts_at: datetime
    time_zone: str


def _refuse(detail: str, pointer: str = "/rule") -> InvalidRitual:
    return InvalidRitual(detail, pointer=pointer)


def _parts(rule: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if name not in _PARTS or name in parts or not re.fullmatch(_PARTS[name], value, re.ASCII):
            raise _refuse(
                N_(
                    "rule: use FREQ (DAILY, WEEKLY, MONTHLY or YEARLY), INTERVAL, WKST, UNTIL in UTC, BYDAY (also 1MO to 4MO),"
                    " BYMONTHDAY (to 28, or from the end to -28), BYMONTH and BYSETPOS (to 4), each once, as in RFC 5545."
                )
            )
        parts[name] = value
    _check_parts(parts)
    return parts


def _check_parts(parts: dict[str, str]) -> None:
    if "FREQ" not in parts:
        raise _refuse(N_("rule: lacks FREQ, such as FREQ=WEEKLY."))
    selecting = {name for name in parts if name.startswith("BY")}
    if not selecting <= _SELECTING[parts["FREQ"]]:
        raise _refuse(
            N_("rule: days have no BY parts, weeks BYDAY alone, and only years BYMONTH; choose a longer FREQ.")
        )
    numbered = re.search("[1-4]", parts.get("BYDAY", "")) is not None
    if numbered and parts["FREQ"] == "WEEKLY":
        raise _refuse(N_("rule: only in months and years are days of the week numbered; write MO, not 1MO."))
    if {"BYDAY", "BYMONTHDAY"} <= selecting or ("BYSETPOS" in parts and ("BYDAY" not in parts or numbered)):
        raise _refuse(
            N_("rule: use one of BYDAY and BYMONTHDAY, and BYSETPOS with days of the week that are not numbered.")
        )


def _until(parts: dict[str, str], start: datetime) -> datetime:
    horizon = start + HORIZON
    if "UNTIL" not in parts:
        return horizon
    try:
        until = datetime.strptime(parts["UNTIL"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise _refuse(N_("rule: UNTIL is no moment; write it like 20261231T230000Z.")) from None
    return min(until, horizon)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # a name that is none, a path, a folder
        raise _refuse(N_("time_zone: is no time zone of the IANA, such as Europe/Paris."), "/time_zone") from None


def _expand(rhythm: Rhythm, since: datetime) -> Iterator[datetime]:
    parts = _parts(rhythm.rule)
    zone = _zone(rhythm.time_zone)
    until = _until(parts, rhythm.starts_at)
    start = rhythm.starts_at.astimezone(zone)
    text = ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL")
    try:
        rule = rrulestr(text, dtstart=start).replace(until=until)
    except ValueError:
        raise _refuse(N_("rule: contradicts itself; see RFC 5545, section 3.3.10.")) from None
    found: Iterator[datetime] = rule.xafter(since.astimezone(zone), inc=True)
    return (moment.astimezone(UTC) for moment in found)


def check(rhythm: Rhythm) -> None:
    """A rule that takes place at least once within the horizon. Raises InvalidRitual."""
    if next(_expand(rhythm, rhythm.starts_at), None) is None:
        raise _refuse(N_("rule: never takes place within ten years of starts_at; change one of them."))


def occurrences(rhythm: Rhythm, since: datetime, to: datetime, ended_at: datetime | None) -> list[datetime]:
    """When it takes place from `since` to `to`, both included, in UTC, at most MOST_OCCURRENCES; not after it was ended."""
    last = to if ended_at is None else min(to, ended_at)
    # Walls' clocks that are put forward skip an hour, and what falls into it lies before `since` by them and not in UTC.
    found = dropwhile(lambda moment: moment < since, _expand(rhythm, since - timedelta(hours=3)))
    return list(islice(takewhile(lambda moment: moment <= last, found), MOST_OCCURRENCES))


def check_attended(rhythm: Rhythm, occurs_at: datetime, ended_at: datetime | None, now: datetime) -> None:
    """Raises NoSuchOccurrence where it does not take place then, or not yet."""
    if occurs_at > now:
        raise NoSuchOccurrence(
            N_("occurs_at: is still to come; note who was there, not who means to."), pointer="/occurs_at"
        )
    if not occurrences(rhythm, occurs_at, occurs_at, ended_at):
        raise NoSuchOccurrence(
            N_("occurs_at: the ritual does not take place then; GET .../occurrences lists when."), pointer="/occurs_at"
        )


def check_keeper(kept_by: UUID, party: UUID) -> None:
    if party != kept_by:
        raise NotYourRitual(N_("Ask the party that keeps it; `party_id` names it."))


def require_going_on(ended_at: datetime | None) -> None:
    if ended_at is not None:
        raise RitualEnded(N_("It ended on {day}; begin another."), day=ended_at.date().isoformat())


def check_range(since: datetime, to: datetime) -> None:
    if not since <= to <= since + timedelta(days=366):
        raise InvalidRitual(N_("to: must lie within a year after from."), pointer="query: to")
