"""Bodies of rituals."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Moment, Record
from entente_shared.web import LongText, Strict, Text


class RitualCreate(Strict):
    """`rule` is an RRULE of RFC 5545 in days, weeks, months or years. It is kept by your party."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Coffee of the two sites",
                    "purpose": "What went well, what did not, in half an hour",
                    "rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
                    "starts_at": "2026-01-05T09:00:00+01:00",
                    "time_zone": "Europe/Paris",
                }
            ]
        }
    )

    title: Text
    purpose: LongText
    rule: Annotated[str, Field(min_length=1, max_length=200)]
    starts_at: Moment
    time_zone: Annotated[str, Field(min_length=1, max_length=64)] = "UTC"


class RitualRead(Record):
    id: UUID
    title: str
    purpose: str
    rule: str
    starts_at: datetime
    time_zone: str
    party_id: UUID
    person_id: UUID
    ended_at: datetime | None


class PartyAttendance(Record):
    party_id: UUID
    people: int


class OccurrenceRead(Record):
    """When it takes place, and how many people of each party were there."""

    occurs_at: datetime
    attended: list[PartyAttendance]


class AttendanceCreate(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"occurs_at": "2026-01-19T09:00:00+01:00"}]})

    occurs_at: Moment


class AttendanceRead(Record):
    ritual_id: UUID
    occurs_at: datetime
    person_id: UUID
    party_id: UUID
    noted_at: datetime
