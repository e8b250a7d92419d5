"""Bodies of discussions, posts and mentions."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Record
from entente_objectives.visibility.domain import Visibility
from entente_objectives.visibility.schemas import RecordRead, Seen, SubjectBody
from entente_shared.web import LongText, Strict, Text

from .domain import MOST_MENTIONS, Reaction

_MILESTONE, _MEMBER = "01939f62-5b01-7c21-8d31-3f6a8b0c1301", "01939f60-1c12-7e52-a032-92437ebf5002"


class DiscussionCreate(Seen):
    """On a record, or free where `subject` is null."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "topic": "The pilot is two weeks late",
                    "subject": {"kind": "milestone", "id": _MILESTONE},
                    "visibility": "named",
                    "party_ids": ["01939f60-1c01-7b22-9d02-6f104b8c2002"],
                }
            ]
        }
    )

    topic: Text
    subject: SubjectBody | None = None


class DiscussionRead(Record):
    """`party_ids` are the parties that see it. `party_id` and `person_id` opened it."""

    id: UUID
    topic: str
    subject: RecordRead | None
    visibility: Visibility
    party_ids: list[UUID]
    party_id: UUID
    person_id: UUID
    opened_at: datetime
    closed_at: datetime | None


class _PostText(Strict):
    text: Annotated[LongText, Field(description="Markdown, kept and shown as the text that it is")]
    mentions: Annotated[list[UUID], Field(max_length=MOST_MENTIONS, description="member ids")] = Field(
        default_factory=list
    )


class PostCreate(_PostText):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "Can we have the test track *on Monday*?", "mentions": [_MEMBER]}]}
    )

    reply_to: UUID | None = None


class PostUpdate(_PostText):
    """What it says from now on, and whom it mentions; what it said before is kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "Can we have the test track *on Tuesday*?",
                    "mentions": [_MEMBER],
                }
            ]
        }
    )


class PostRead(Record):
    """A deleted post keeps its place and its author; its text is null. `mentions` are member ids."""

    id: UUID
    discussion_id: UUID
    reply_to: UUID | None
    party_id: UUID
    person_id: UUID
    text: str | None
    revision: int
    posted_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    mentions: list[UUID]
    reactions: dict[Reaction, int]


class PostRevisionRead(Record):
    """What the post said from `written_at` until it was edited."""

    id: UUID
    revision: int
    text: str
    written_at: datetime


class MentionRead(Record):
    id: UUID
    discussion_id: UUID
    post_id: UUID
    member_id: UUID
    mentioned_at: datetime
    read_at: datetime | None
