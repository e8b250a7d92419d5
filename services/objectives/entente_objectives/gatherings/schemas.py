"""Bodies of gatherings."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict

from entente_objectives.bodies import Moment, Record
from entente_shared.web import LongText, Strict, Text

from .domain import GatheringState


class GatheringCreate(Strict):
    """An event of the partnership; your party organises it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Open day at the test track",
                    "purpose": "See what the other does all day",
                    "place": "Hall 3",
                    "starts_at": "2026-06-12T10:00:00+02:00",
                    "ends_at": "2026-06-12T16:00:00+02:00",
                }
            ]
        }
    )

    title: Text
    purpose: LongText
    place: Text | None = None
    starts_at: Moment
    ends_at: Moment


class GatheringText(Strict):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "Both crews want to ride along with the other for a day"}]}
    )

    text: LongText


class GatheringRead(Record):
    """`outcome` is what came of it, or why it was called off."""

    id: UUID
    title: str
    purpose: str
    place: str | None
    starts_at: datetime
    ends_at: datetime
    party_id: UUID
    person_id: UUID
    state: GatheringState
    outcome: str | None


class ParticipantRead(Record):
    person_id: UUID
    party_id: UUID
    joined_at: datetime
