"""What calendar clients are sent, whatever a calendar is called and however often its spells come."""

from datetime import UTC, datetime
from uuid import UUID

import icalendar
import pytest
from objectives.roadmaps import calendar

from entente_objectives.calendars import exporting
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
