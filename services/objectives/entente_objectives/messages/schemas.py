"""Bodies of messages."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Record
from entente_objectives.clauses.domain import Channel, MessageType, Urgency
from entente_objectives.visibility.domain import MOST_PARTIES
from entente_objectives.visibility.schemas import RecordRead, SubjectBody
from entente_shared.events.objectives import Role
from entente_shared.web import LongText, Strict, Text


class MessageCreate(Strict):
    """To the roles that the charter's protocol names, and `roles` beside them, of `party_ids` (none: of all parties)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "concern",
                    "urgency": "high",
                    "title": "A supplier may fail",
                    "text": "Their bank has called the loan; we look for a second source.",
                    "roles": ["committee_member"],
                    "party_ids": ["01939f60-1c01-7b22-9d02-6f104b8c2002"],
                }
            ]
        }
    )

    type: MessageType
    urgency: Urgency = Urgency.NORMAL
    title: Text
    text: LongText
    subject: SubjectBody | None = None
    party_ids: Annotated[list[UUID], Field(max_length=MOST_PARTIES)] = Field(default_factory=list)
    roles: Annotated[list[Role], Field(max_length=len(Role))] = Field(default_factory=list)


class RecipientRead(Record):
    member_id: UUID
    party_id: UUID
    person_id: UUID
    acknowledged_at: datetime | None


class MessageRead(Record):
    """`charter_version` is the charter whose protocol said by which channels and to which roles; null: the default did."""

    id: UUID
    type: MessageType
    urgency: Urgency
    title: str
    text: str
    subject: RecordRead | None
    channels: list[Channel]
    roles: list[Role]
    party_ids: list[UUID]
    party_id: UUID
    person_id: UUID
    charter_version: int | None
    sent_at: datetime
    acknowledged: int
    recipients: list[RecipientRead]


class RouteRead(Record):
    """By which channels and to which roles a message of this type and urgency goes."""

    type: MessageType
    urgency: Urgency
    channels: list[Channel]
    roles: list[Role]
    of_charter: bool


class ProtocolRead(Record):
    """How messages go now: by the charter in force where that says so, and by default; null before there is a charter."""

    charter_version: int | None
    routes: list[RouteRead]
