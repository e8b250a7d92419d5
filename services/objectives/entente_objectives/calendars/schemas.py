"""Bodies of calendars."""

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict, Field

from entente_objectives.bodies import Day, Moment, Record
from entente_objectives.recurrence.domain.rule_text import LONGEST_RULE
from entente_shared.errors import N_
from entente_shared.web import Duration, Strict, Text

ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["09:00"])]
RuleText = Annotated[str, Field(max_length=LONGEST_RULE, examples=["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"])]
WorkingDays = Annotated[int, Field(ge=0, le=260, description="working days of this calendar")]


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(N_("A time zone of the IANA database is expected here, such as Europe/Paris."))
    return name


class HoursBody(Strict):
    """Worked from `opens` to `closes` by the zone's clock on the days of `rrule` (RFC 5545, without hours) from `first_on` on."""

    rrule: RuleText
    first_on: Day
    opens: ClockTime
    closes: ClockTime

    def span(self) -> tuple[time, time]:
        return time.fromisoformat(self.opens), time.fromisoformat(self.closes)


class SpellBody(Strict):
    """`days` days, once from `first_on` on or, with an `rrule` (RFC 5545, without hours), from each of its days on."""

    name: Text
    first_on: Day
    days: Annotated[int, Field(ge=1, le=1000)] = 1
    rrule: RuleText | None = None


class CalendarCreate(Strict):
    """`shared` calendars belong to all parties; any other is that of your party, which has one.

    On holidays and in blackouts nobody works. Actions that need budget begin inside a budget window; actions that wait for a
    development cycle begin at its first working day. `validation_days` is how long the party takes to validate.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Works of Lyon",
                    "zone": "Europe/Paris",
                    "hours": [
                        {
                            "rrule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
                            "first_on": "2026-01-01",
                            "opens": "09:00",
                            "closes": "17:30",
                        }
                    ],
                    "holidays": [{"name": "1 May", "first_on": "2026-05-01", "rrule": "FREQ=YEARLY"}],
                    "blackouts": [{"name": "Closing of the year", "first_on": "2026-12-21", "days": 14}],
                    "budget_windows": [
                        {
                            "name": "Commitments",
                            "first_on": "2026-01-01",
                            "days": 45,
                            "rrule": "FREQ=MONTHLY;INTERVAL=6",
                        }
                    ],
                    "cycles": [
                        {"name": "Sprint", "first_on": "2026-01-05", "days": 14, "rrule": "FREQ=WEEKLY;INTERVAL=2"}
                    ],
                    "validation_days": 5,
                }
            ]
        }
    )

    name: Text
    shared: bool = False
    zone: Annotated[str, Field(max_length=64, examples=["Europe/Paris"]), AfterValidator(_zone)]
    hours: Annotated[list[HoursBody], Field(min_length=1, max_length=20)]
    holidays: Annotated[list[SpellBody], Field(max_length=100, default_factory=list)]
    blackouts: Annotated[list[SpellBody], Field(max_length=100, default_factory=list)]
    budget_windows: Annotated[list[SpellBody], Field(max_length=20, default_factory=list)]
    cycles: Annotated[list[SpellBody], Field(max_length=20, default_factory=list)]
    validation_days: WorkingDays = 0

    def content(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude={"name", "shared", "zone", "validation_days"})


class CalendarRead(Record):
    id: UUID
    party_id: UUID | None
    name: str
    zone: str
    hours: list[HoursBody]
    holidays: list[SpellBody]
    blackouts: list[SpellBody]
    budget_windows: list[SpellBody]
    cycles: list[SpellBody]
    validation_days: int
    changed_at: datetime


class WorkedRead(Record):
    starts_at: datetime
    ends_at: datetime


class SpellRead(Record):
    """`first_on` to `last_on`, both included."""

    kind: str
    name: str
    first_on: date
    last_on: date


class OccurrencesRead(Record):
    """`worked` hours in UTC, and the spells that have a day in the time asked for."""

    worked: list[WorkedRead]
    spells: list[SpellRead]


class WindowsCreate(Strict):
    """Where all of `calendar_ids` can meet for `length` between two moments, at most 92 days apart.

    Windows are ranked by the time that they lie outside of anyone's hours, then by how late they end for the `deadlines`,
    then the earliest first. None falls on a party's holiday or blackout.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "calendar_ids": ["01939f60-1c00-7a10-8c01-5e0f3a7b1201"],
                    "starts_at": "2026-03-02T00:00:00Z",
                    "ends_at": "2026-03-16T00:00:00Z",
                    "length": "PT1H30M",
                }
            ]
        }
    )

    calendar_ids: Annotated[list[UUID], Field(min_length=1, max_length=50)]
    starts_at: Moment
    ends_at: Moment
    length: Duration
    deadlines: Annotated[list[Moment], Field(max_length=50, default_factory=list)]
    limit: Annotated[int, Field(ge=1, le=100)] = 10


class OutsideRead(Record):
    calendar_id: UUID
    length: Duration


class WindowRead(Record):
    """`outside` says for whose calendar how much of it lies outside of the hours; `late` is how long after deadlines it ends."""

    starts_at: datetime
    ends_at: datetime
    outside: list[OutsideRead]
    late: Annotated[Duration, Field()]


class WindowsRead(Record):
    rule_version: str
    windows: list[WindowRead]


LONGEST_SEARCH = timedelta(days=92)
