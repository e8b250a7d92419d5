"""Bodies of partnerships, parties, members and the clock."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field, PlainSerializer, WithJsonSchema

from entente_objectives.bodies import Moment, Record
from entente_shared.web import Strict, Text

from .domain import LARGEST, SMALLEST, ClockMode, Role, Stage

Weight = Annotated[
    Decimal,
    Field(gt=0, max_digits=18, decimal_places=6, allow_inf_nan=False),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["0.4"], "description": "a decimal above 0, as text"}),
]


class MemberCreate(Strict):
    person_id: UUID
    role: Role


class PartyCreate(Strict):
    organisation_id: UUID
    weight: Weight
    members: list[MemberCreate] = Field(default_factory=list, max_length=200)


class PartnershipCreate(Strict):
    """`starts_at` is the first moment of a replayed clock; `stage` is `awareness` where the parties only get to know each other."""

    name: Text
    stage: Stage = Stage.PARTNER_SELECTION
    clock: ClockMode = ClockMode.REAL
    starts_at: Moment | None = None
    parties: list[PartyCreate] = Field(min_length=SMALLEST, max_length=LARGEST)


class PartyRead(Record):
    id: UUID
    organisation_id: UUID
    name: str
    weight: Weight


class PartnershipRead(Record):
    id: UUID
    name: str
    clock: ClockMode
    stage: Stage
    parties: list[PartyRead]


class MemberRead(Record):
    id: UUID
    party_id: UUID
    organisation_id: UUID
    person_id: UUID
    role: Role
    active: bool


class ClockAdvance(Strict):
    now: Moment


class ClockRead(Record):
    mode: ClockMode
    now: datetime
