"""Rituals: what a partnership does again and again, by a recurrence rule of RFC 5545.

Only rules whose expansion is bounded are taken: days and longer (no hours, minutes or seconds), no COUNT, and nothing after
HORIZON from the start. So the longest expansion is a day by day walk over ten years.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from uuid import UUID
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from entente_shared.errors import N_, Conflict, Forbidden, NotFound, Unprocessable

HORIZON = timedelta(days=3653)
MOST_OCCURRENCES = 400
_DAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
_PARTS = {
    "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": "[1-9][0-9]{0,2}",
    "BYDAY": rf"[+-]?[1-5]?{_DAY}(?:,[+-]?[1-5]?{_DAY})*",
    "BYMONTHDAY": "-?(?:[1-9]|[12][0-9]|3[01])(?:,-?(?:[1-9]|[12][0-9]|3[01]))*",
    "BYMONTH": "(?:[1-9]|1[0-2])(?:,(?:[1-9]|1[0-2]))*",
    "BYSETPOS": "-?[1-9][0-9]{0,2}",
    "UNTIL": "[0-9]{8}T[0-9]{6}Z",
    "WKST": _DAY,
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
                    "rule: use FREQ (DAILY, WEEKLY, MONTHLY or YEARLY), INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS, WKST and"
                    " UNTIL in UTC, each once and in the form of RFC 5545."
                )
            )
        parts[name] = value
    if "FREQ" not in parts:
        raise _refuse(N_("rule: lacks FREQ, such as FREQ=WEEKLY."))
    if re.search("[1-5]", parts.get("BYDAY", "")) and parts["FREQ"] in ("DAILY", "WEEKLY"):
        raise _refuse(N_("rule: only in months and years are days of the week numbered; write MO, not 1MO."))
    return parts


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
    except (ValueError, KeyError, IndexError, TypeError):
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
    return list(islice(takewhile(lambda moment: moment <= last, _expand(rhythm, since)), MOST_OCCURRENCES))


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
