"""Bodies of documents."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Record
from entente_objectives.clauses.domain import RecordVisibility
from entente_shared.web import LongText, Strict, Text

from .domain import Draft

Link = Annotated[
    str,
    Field(max_length=2000, pattern=r"^https?://[^\s\x00-\x1f]+$", examples=["https://files.example.org/axle"]),
]


class DocumentCreate(Strict):
    """`party`: for your own party; `named`: also for those that you grant it to; `shared`: for all parties, for good."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Drawings of the front axle",
                    "text": "Load cases, and where the drawings are kept.",
                    "link": "https://files.example.org/axle",
                    "visibility": "named",
                }
            ]
        }
    )

    title: Text
    text: LongText
    link: Link | None = None
    visibility: RecordVisibility = RecordVisibility.PARTY

    def draft(self) -> Draft:
        return Draft(self.title, self.text, self.link, self.visibility)


class DocumentHead(Record):
    """A document without what it says."""

    id: UUID
    party_id: UUID
    person_id: UUID
    title: str
    visibility: RecordVisibility
    created_at: datetime
    changed_at: datetime
    version: int


class DocumentRead(DocumentHead):
    text: str
    link: str | None
