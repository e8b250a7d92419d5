"""Bodies of the lifecycle."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Record
from entente_objectives.partnerships.domain import Stage
from entente_shared.web import LongText, Strict

from .domain import ConditionKey


class StageEntryRead(Record):
    """Nobody is named where the charter's last signature entered the stage, or the partnership started in it."""

    stage: Stage
    entered_at: datetime
    party_id: UUID | None
    person_id: UUID | None
    settlement_id: UUID | None


class ConditionRead(Record):
    """`missing` says in words what has to be done; null where the condition is met."""

    key: ConditionKey
    met: bool
    missing: str | None


class NextStageRead(Record):
    """`missing` names all conditions that are missing in one sentence; null where the stage can be entered."""

    stage: Stage
    ready: bool
    missing: str | None
    conditions: list[ConditionRead]


class LifecycleRead(Record):
    stage: Stage
    history: list[StageEntryRead]
    following: list[NextStageRead]


class TransitionCreate(Strict):
    """On exit, `settlement_id` names the newest text, signed by every party, which settles what is still open."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"stage": "value_creation"}]})

    stage: Annotated[Stage, Field(examples=["value_creation"])]
    settlement_id: UUID | None = None


class ExitSettlementCreate(Strict):
    """It settles the decisions, commitments and cases that are open when it is proposed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"text": "What is open is dropped; each party keeps the resources that it brought in."}]
        }
    )

    text: LongText


class ExitSettlementSign(Strict):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"hash": "9f2d0a6c1be84f57a3d1c09e7b6f5a4433221100ffeeddccbbaa998877665544"}]}
    )

    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class MattersRead(Record):
    """A commitment that has changed since (whose version is another one) is not settled by the text any more."""

    decisions: list[UUID]
    commitments: list[UUID]
    cases: list[UUID]
    commitment_versions: dict[UUID, int] = Field(default_factory=dict)


class ExitSignatureRead(Record):
    party_id: UUID
    person_id: UUID
    signed_at: datetime


class ExitSettlementRead(Record):
    """`hash` is the SHA-256 of the text with what it settles, as RFC 8785 JSON."""

    id: UUID
    text: str
    matters: MattersRead
    hash: str
    party_id: UUID
    person_id: UUID
    proposed_at: datetime
    signatures: list[ExitSignatureRead]
    complete: bool
