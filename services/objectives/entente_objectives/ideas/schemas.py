"""Bodies of ideas."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict

from entente_objectives.bodies import Record
from entente_shared.web import LongText, Strict, Text

from .domain import Became, IdeaState


class IdeaCreate(Strict):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"title": "One test track for both fleets", "text": "We would save a week for each test."},
            ]
        }
    )

    title: Text
    text: LongText


class IdeaAdopt(Strict):
    """The objective of the charter, or the goal, that the idea became."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "objective", "id": "01939f61-2d02-7062-8252-b465a0d17002"}]}
    )

    kind: Became
    id: UUID


class IdeaReason(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The two fleets need different surfaces"}]})

    reason: LongText


class NeededRead(Record):
    people: int
    parties: int


class IdeaRead(Record):
    """`needed`: so many people, of so many parties, make it supported. `became_*`: what an adopted idea led to."""

    id: UUID
    title: str
    text: str
    party_id: UUID
    person_id: UUID
    state: IdeaState
    supporters: int
    supporting_parties: int
    needed: NeededRead
    became_kind: Became | None
    became_id: UUID | None
    reason: str | None
    proposed_at: datetime
    supported_at: datetime | None
    resolved_at: datetime | None
    resolved_by: UUID | None


class SupportRead(Record):
    person_id: UUID
    party_id: UUID
    supported_at: datetime
