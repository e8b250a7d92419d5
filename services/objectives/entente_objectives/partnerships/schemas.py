"""Bodies of partnerships, parties, members and the clock."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, PlainSerializer, WithJsonSchema

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
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"person_id": "01939f5f-0b04-7d44-9f24-81326dae4004", "role": "committee_member"}]
        }
    )

    person_id: UUID
    role: Role


class PartyCreate(Strict):
    organisation_id: UUID
    weight: Weight
    members: list[MemberCreate] = Field(default_factory=list, max_length=200)


class PartnershipCreate(Strict):
    """`starts_at` is the first moment of a replayed clock; `stage` is `awareness` where the parties only get to know each other."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Road safety 2026",
                    "clock": "replay",
                    "starts_at": "2026-01-01T00:00:00Z",
                    "parties": [
                        {
                            "organisation_id": "01939f5f-0a01-7c31-8e11-70215c9d3001",
                            "weight": "0.6",
                            "members": [{"person_id": "01939f5f-0b01-7d41-9f21-81326dae4001", "role": "sponsor"}],
                        },
                        {
                            "organisation_id": "01939f5f-0a02-7c32-8e12-70215c9d3002",
                            "weight": "0.4",
                            "members": [{"person_id": "01939f5f-0b02-7d42-9f22-81326dae4002", "role": "sponsor"}],
                        },
                    ],
                }
            ]
        }
    )

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
    model_config = ConfigDict(json_schema_extra={"examples": [{"now": "2026-03-01T00:00:00Z"}]})

    now: Moment


class ClockRead(Record):
    mode: ClockMode
    now: datetime
