"""Bodies of recognitions."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict

from entente_objectives.bodies import Record
from entente_shared.web import LongText, Strict, Text


class RecognitionCreate(Strict):
    """To a member, to a party, or to everybody where both are null."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Thanks for the night shift",
                    "reason": "Without it the samples would not have been there on Monday.",
                    "member_id": "01939f60-1c11-7e51-a031-92437ebf5001",
                }
            ]
        }
    )

    title: Text
    reason: LongText
    member_id: UUID | None = None
    party_id: UUID | None = None


class RecognitionRead(Record):
    """One that was raised when a milestone was reached names it, and nobody as its giver."""

    id: UUID
    title: str
    reason: str | None
    member_id: UUID | None
    party_id: UUID | None
    milestone_id: UUID | None
    given_by_party_id: UUID | None
    given_by_person_id: UUID | None
    given_at: datetime
