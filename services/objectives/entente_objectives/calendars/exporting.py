"""A calendar as an iCalendar object (RFC 5545), which calendar clients subscribe to."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar as Object
from icalendar import Event, vRecur

from entente_objectives.recurrence.domain.rules import days, first_day

from . import queries
from .domain import working
from .domain.reading import SPELLS
from .domain.working import DAY, Calendar, Hours, Spell
from .models import CalendarRow

EXCEPTED = timedelta(days=366 * 5)  # so far ahead free days are taken out of the working hours
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
    for index, hours in enumerate(calendar.hours):
        event = _worked(row, calendar, hours, index)
        if event is not None:
            made.add_component(event)
    for kind in SPELLS:
        for index, spell in enumerate(getattr(calendar, kind)):
            made.add_component(_spell(row, kind, index, spell))
    made.add_missing_timezones()
    content: bytes = made.to_ical()
    return content


def _worked(row: CalendarRow, calendar: Calendar, hours: Hours, index: int) -> Event | None:
    """The hours from the rule's first day on: DTSTART is an occurrence, as the RFC asks for."""
    zone = ZoneInfo(calendar.zone)
    today = max(row.changed_at.date(), hours.rule.first_on)
    found = days(hours.rule, hours.rule.first_on, today + EXCEPTED)
    if not found:
        return None
    event = new_event(f"{row.id}-hours-{index}", row.name, row.changed_at, row.version)
    event.add("dtstart", datetime.combine(found[0], hours.opens, zone))
    event.add("dtend", datetime.combine(found[0], hours.closes, zone))
    event.add("rrule", _recurrence(row.content["hours"][index]["rrule"], hours.opens, zone))
    event.add("transp", "TRANSPARENT")
    free = working.free_days(calendar, found[0], today + EXCEPTED)
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
