"""Bodies of links to workspaces and documents."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Record
from entente_objectives.visibility.domain import Visibility
from entente_objectives.visibility.schemas import RecordRead, Seen, SubjectBody
from entente_shared.web import Text

from .domain import LONGEST_URL, LinkKind


class WorkspaceWrite(Seen):
    """`owner_member_id` looks after the place; a member of your party."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Plans of the test track",
                    "url": "https://docs.example.org/d/track",
                    "kind": "document",
                    "owner_member_id": "01939f60-1c11-7e51-a031-92437ebf5001",
                    "subject": {"kind": "milestone", "id": "01939f62-5b01-7c21-8d31-3f6a8b0c1301"},
                }
            ]
        }
    )

    title: Text
    url: Annotated[str, Field(min_length=1, max_length=LONGEST_URL)]
    kind: LinkKind
    owner_member_id: UUID
    subject: SubjectBody | None = None


class WorkspaceRead(Record):
    id: UUID
    title: str
    url: str
    kind: LinkKind
    owner_member_id: UUID
    subject: RecordRead | None
    visibility: Visibility
    party_ids: list[UUID]
    party_id: UUID
    person_id: UUID
    linked_at: datetime
