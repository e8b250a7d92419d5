"""Bodies of comments."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Record
from entente_shared.web import LongText, Strict

PathText = Annotated[
    str,
    Field(
        max_length=1000,
        pattern=r"^(/[\s\S]*)?$",
        description="a place in the content, as differences name it; empty for the whole text",
        examples=["/objectives/fewer-accidents/target"],
    ),
]


class CommentCreate(Strict):
    """What your party says of one place in the text."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"path": "/objectives/fewer-accidents/target", "text": "Our figures of 1981 allow 78 at best."}
            ]
        }
    )

    path: PathText = ""
    text: LongText


class CommentRead(Record):
    id: UUID
    version: Annotated[int, Field(validation_alias="number")]
    party_id: UUID
    person_id: UUID
    path: str
    text: str
    made_at: datetime
