"""A calendar as an iCalendar object (RFC 5545), which calendar clients subscribe to."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar as Object
from icalendar import Event, vRecur

from entente_objectives.recurrence.domain.rules import days, first_day

from . import queries
from .domain import working
from .domain.reading import SPELLS
from .domain.working import DAY, Hours, Spell
from .models import CalendarRow

EXCEPTED = timedelta(days=366 * 5)  # so far ahead free days are taken out of the working hours
KEPT = timedelta(days=366)  # so long before the last change hours are still shown
NAMES = {"holidays": "Holiday", "blackouts": "Blackout", "budget_windows": "Budget window", "cycles": "Cycle"}


def new_object(name: str) -> Object:
    made = Object()
    made.add("prodid", "-//Entente//Roadmap//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", re.sub(r"[\r\n]+", " ", name))  # a name of theirs is no text of the RFC, so not escaped
    return made


def new_event(uid: str, title: str, changed_at: datetime, version: int) -> Event:
    """Stamped with its last change, so that what did not change is the same bytes."""
    event = Event()
    event.add("uid", f"{uid}@entente")
    event.add("dtstamp", changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", version)
    event.add("summary", title)
    return event


def calendar_object(row: CalendarRow) -> bytes:
    calendar = queries.followed(row)
    made = new_object(row.name)
    worked = [_worked_days(hours, row.changed_at.date()) for hours in calendar.hours]
    ends = [day for found in worked if found for day in (found[0], found[-1])]
    free = working.free_days(calendar, min(ends), max(ends) + DAY) if ends else set()
    for index, (hours, found) in enumerate(zip(calendar.hours, worked, strict=True)):
        if found:
            made.add_component(_worked(row, hours, index, found, free))
    for kind in SPELLS:
        for index, spell in enumerate(getattr(calendar, kind)):
            made.add_component(_spell(row, kind, index, spell))
    made.add_missing_timezones()
    content: bytes = made.to_ical()
    return content


def _worked_days(hours: Hours, changed_on: date) -> tuple[date, ...]:
    """From shortly before the last change on; of a rule that counts, or that has passed, from its own first day on."""
    rule = hours.rule
    to = max(changed_on, rule.first_on) + EXCEPTED
    counts = rule.count is not None or rule.by_set_pos  # readers differ in the places of days in a week that has begun
    since = rule.first_on if counts else max(rule.first_on, changed_on - KEPT)
    return days(rule, since, to) or days(rule, rule.first_on, to)


def _worked(row: CalendarRow, hours: Hours, index: int, found: Sequence[date], free: set[date]) -> Event:
    """DTSTART is an occurrence, as the RFC asks for."""
    zone = ZoneInfo(row.zone)
    event = new_event(f"{row.id}-hours-{index}", row.name, row.changed_at, row.version)
    event.add("dtstart", datetime.combine(found[0], hours.opens, zone))
    event.add("dtend", datetime.combine(found[0], hours.closes, zone))
    event.add("rrule", _recurrence(row.content["hours"][index]["rrule"], hours.opens, zone))
    event.add("transp", "TRANSPARENT")
    for day in found:
        if day in free:
            event.add("exdate", datetime.combine(day, hours.opens, zone))
    return event


def _spell(row: CalendarRow, kind: str, index: int, spell: Spell) -> Event:
    first = (first_day(spell.rule) if spell.rule else None) or spell.first_on
    title = spell.name if kind == "holidays" else f"{NAMES[kind]}: {spell.name}"
    event = new_event(f"{row.id}-{kind}-{index}", title, row.changed_at, row.version)
    event.add("dtstart", first)
    event.add("dtend", first + spell.length * DAY)
    text = row.content[kind][index]["rrule"]
    if text is not None:
        event.add("rrule", _recurrence(text, None, None))
    event.add("transp", "TRANSPARENT")
    event.add("categories", [NAMES[kind]])
    return event


def _recurrence(text: str, at: time | None, zone: ZoneInfo | None) -> vRecur:
    """The rule; UNTIL is of the kind that DTSTART is: a day, or where that has a zone a moment in UTC."""
    rule: vRecur = vRecur.from_ical(text.upper())
    if "UNTIL" in rule:
        until = rule["UNTIL"][0]
        day = until.date() if isinstance(until, datetime) else until
        rule["UNTIL"] = [day if at is None else datetime.combine(day, at, zone).astimezone(UTC)]
    return rule
