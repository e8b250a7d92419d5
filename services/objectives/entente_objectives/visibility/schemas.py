"""Bodies of what is about a record, and seen by some."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Record
from entente_shared.web import Strict

from . import domain
from .domain import MOST_PARTIES, RecordKind, Visibility


class SubjectBody(Strict):
    """A record of any service, by its kind and id."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "milestone", "id": "01939f62-5b01-7c21-8d31-3f6a8b0c1301"}]}
    )

    kind: RecordKind
    id: UUID

    def subject(self) -> domain.Subject:
        return domain.Subject(self.kind, self.id)


class RecordRead(Record):
    kind: RecordKind
    id: UUID


class Seen(Strict):
    """`party_ids` lists who sees it beside your own party, where the visibility is named."""

    visibility: Visibility = Visibility.SHARED
    party_ids: Annotated[list[UUID], Field(max_length=MOST_PARTIES)] = Field(default_factory=list)
