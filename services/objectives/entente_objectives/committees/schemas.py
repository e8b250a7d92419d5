"""Bodies of committees, their seats and what a reading of them found."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict
from pydantic.config import JsonDict

from entente_objectives.bodies import Key, Record, Span
from entente_shared.web import LongText, Strict, Text

from .queries import Seated

_EXAMPLE: JsonDict = {
    "key": "steering",
    "name": "Steering committee",
    "purpose": "Decides on the common budget between the sponsors' meetings",
    "meets_every": "P28D",
}


class CommitteeCreate(Strict):
    """`key` is what a mandate of the charter names it by; `meets_every` is its rhythm."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    key: Key
    name: Text
    purpose: LongText
    meets_every: Span | None = None


class CommitteeChange(Strict):
    """`chair_id` is one of its members, by member id."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Steering committee",
                    "purpose": "Decides on the common budget between the sponsors' meetings",
                    "chair_id": "01939f60-1c11-7e51-a031-92437ebf5001",
                    "meets_every": "P28D",
                }
            ]
        }
    )

    name: Text
    purpose: LongText
    chair_id: UUID | None = None
    meets_every: Span | None = None


class SeatCreate(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"member_id": "01939f60-1c12-7e52-a032-92437ebf5002"}]})

    member_id: UUID


class SeatRead(Record):
    id: UUID
    member_id: UUID
    party_id: UUID
    person_id: UUID
    seated_at: datetime


class CommitteeRead(Record):
    """`mandates` are the keys of those in the charter in force that name this committee."""

    id: UUID
    key: str
    name: str
    purpose: str
    chair_id: UUID | None
    meets_every: Span | None
    seats: list[SeatRead]
    mandates: list[str]
    created_at: datetime

    @classmethod
    def of(cls, found: Seated) -> "CommitteeRead":
        own = ("id", "key", "name", "purpose", "meets_every", "created_at")
        return cls(
            **{name: getattr(found.committee, name) for name in own},
            chair_id=found.chair_id,
            seats=[SeatRead.model_validate(seat) for seat in found.seats],
            mandates=list(found.mandates),
        )
