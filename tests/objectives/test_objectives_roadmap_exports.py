"""What calendar clients are sent, whatever a calendar is called and however often its spells come."""

from datetime import UTC, date, datetime
from uuid import UUID

import icalendar
import pytest
import recurring_ical_events
from objectives.roadmaps import OFFICE, calendar

from entente_objectives.calendars import exporting
from entente_objectives.calendars.domain import working
from entente_objectives.calendars.models import CalendarRow
from entente_objectives.calendars.schemas import CalendarCreate

ID = UUID("01939f60-1c00-7a10-8c01-5e0f3a7b1201")


def row_of(changed_at=datetime(2026, 1, 5, 8, tzinfo=UTC), **changes):
    body = CalendarCreate.model_validate(calendar(**changes))
    return CalendarRow(
        partnership_id=ID, id=ID, party_id=None, name=body.name, zone=body.zone, validation_days=0, version=1,
        content=body.content(), active=True, changed_at=changed_at,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["Works\nof Lyon", "Works\r\nof Lyon", "Works\rof Lyon"])
def test_a_name_of_two_lines_is_exported_as_one(name):
    read = icalendar.Calendar.from_ical(exporting.calendar_object(row_of(name=name)))
    assert str(read["X-WR-CALNAME"]) == "Works of Lyon"
    assert str(read.walk("VEVENT")[0]["SUMMARY"]) == "Works\nof Lyon"


@pytest.mark.parametrize("name", ["Works; of Lyon, “ünd”", "back\\slash", "BEGIN:VEVENT"])
def test_a_name_comes_back_as_it_was(name):
    read = icalendar.Calendar.from_ical(exporting.calendar_object(row_of(name=name)))
    assert str(read["X-WR-CALNAME"]) == name


OLD = {**OFFICE, "first_on": "1990-01-01"}
CLOSED = {"name": "Closing", "first_on": "1990-12-24", "days": 9, "rrule": "FREQ=YEARLY"}
RULES = [
    "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,SU;WKST=SU", "FREQ=WEEKLY", "FREQ=MONTHLY;INTERVAL=5;BYDAY=-1FR",
    "FREQ=MONTHLY", "FREQ=YEARLY;BYMONTHDAY=3", "FREQ=YEARLY;INTERVAL=7", "FREQ=WEEKLY;COUNT=2000", "FREQ=DAILY;UNTIL=19910101",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;BYSETPOS=-1",
]  # fmt: skip


def test_free_days_are_looked_for_once_and_not_from_long_ago(monkeypatch):
    asked, free_days = [], working.free_days
    monkeypatch.setattr(working, "free_days", lambda *span: asked.append(span[1:]) or free_days(*span))
    content = exporting.calendar_object(row_of(hours=[OLD, {**OLD, "opens": "08:00"}, OFFICE], holidays=[CLOSED]))
    assert content.count(b"EXDATE") > 0
    assert [(since > date(2025, 1, 1), to < date(2031, 6, 1)) for since, to in asked] == [(True, True)]


@pytest.mark.parametrize("rule", RULES)
def test_hours_that_began_long_ago_are_read_as_the_service_has_them(rule):
    row = row_of(hours=[{**OLD, "rrule": rule}], holidays=[CLOSED])
    since, to = date(2025, 6, 1), date(2030, 6, 1)
    read = recurring_ical_events.of(icalendar.Calendar.from_ical(exporting.calendar_object(row))).between(since, to)
    worked = working.working_days(exporting.queries.followed(row), since, to)
    assert sorted(event.start.date() for event in read if "CATEGORIES" not in event) == worked
    assert len(worked) > 0 or "UNTIL" in rule or "INTERVAL=7" in rule
