"""What calendars come to in a span of time, as it is shown."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from .domain import meetings, working
from .domain.reading import SPELLS
from .domain.working import DAY
from .models import CalendarRow
from .queries import followed
from .schemas import OccurrencesRead, OutsideRead, SpellRead, WindowRead, WindowsCreate, WindowsRead, WorkedRead


def occurrences(row: CalendarRow, since: datetime, to: datetime) -> OccurrencesRead:
    calendar = followed(row)
    zone = ZoneInfo(calendar.zone)
    first, last = since.astimezone(zone).date(), to.astimezone(zone).date() + DAY
    spells = [
        SpellRead(kind=kind, name=spell.name, first_on=start, last_on=start + (spell.length - 1) * DAY)
        for kind in SPELLS
        for spell in getattr(calendar, kind)
        for start in spell.starts(first, last)
    ]
    worked = working.working_intervals(calendar, since.astimezone(UTC), to.astimezone(UTC))
    return OccurrencesRead(
        worked=[WorkedRead(starts_at=begin, ends_at=end) for begin, end in worked],
        spells=sorted(spells, key=lambda each: (each.first_on, each.kind, each.name)),
    )


def windows(rows: Sequence[CalendarRow], body: WindowsCreate) -> WindowsRead:
    since, to = body.starts_at.astimezone(UTC), body.ends_at.astimezone(UTC)
    attendees = [
        meetings.Attendee(
            calendar.id,
            working.working_intervals(calendar, since, to),
            working.free_intervals(calendar, since, to),
        )
        for calendar in map(followed, rows)
    ]
    found = meetings.find(attendees, (since, to), body.length, body.deadlines, body.limit)
    return WindowsRead(
        rule_version=meetings.RULE_VERSION,
        windows=[
            WindowRead(
                starts_at=window.starts_at,
                ends_at=window.ends_at,
                outside=[OutsideRead(calendar_id=who, length=part) for who, part in window.outside.items()],
                late=window.late,
            )
            for window in found
        ],
    )
