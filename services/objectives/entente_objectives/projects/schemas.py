"""Bodies of cross projects."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Day, Record
from entente_objectives.visibility.domain import MOST_PARTIES
from entente_shared.web import LongText, Strict, Text

from .domain import Ending, ProjectState


class ProjectWrite(Strict):
    """`lead_member_id` is the one member who is accountable. Days are inclusive."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "One test track",
                    "aim": "Both fleets tested on one track by the end of the year",
                    "lead_member_id": "01939f60-1c11-7e51-a031-92437ebf5001",
                    "party_ids": ["01939f60-1c01-7b21-9d01-6f104b8c2001", "01939f60-1c01-7b22-9d02-6f104b8c2002"],
                    "starts_on": "2026-05-01",
                    "ends_on": "2026-12-31",
                }
            ]
        }
    )

    title: Text
    aim: LongText
    lead_member_id: UUID
    party_ids: Annotated[list[UUID], Field(max_length=MOST_PARTIES)]
    starts_on: Day
    ends_on: Day


class OutcomeCreate(Strict):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"state": "completed", "outcome": "The track is shared since October."}]}
    )

    state: Ending
    outcome: LongText


class ProjectRead(Record):
    id: UUID
    title: str
    aim: str
    lead_member_id: UUID
    party_ids: list[UUID]
    starts_on: date
    ends_on: date
    state: ProjectState
    outcome: str | None
    begun_at: datetime
    ended_at: datetime | None
