"""Bodies of settlements."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.events.conflicts import Term
from entente_shared.web import Strict

from ..terms.schemas import TermWrite
from .domain import SettlementState


class SettlementCreate(Strict):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "terms": [
                        {
                            "kind": "rebaseline",
                            "objective_id": "01939f61-2d02-7062-8252-b465a0d17002",
                            "baseline": 401.25,
                            "target": 340.0,
                            "due_at": "2027-12-31T00:00:00Z",
                        },
                        {
                            "kind": "adjustment",
                            "adjustment_id": "01939f70-3e02-7264-a474-d687c2f39002",
                            "alternative": "least-change",
                        },
                        {
                            "kind": "commitment",
                            "party_id": "01939f60-1c01-7b22-9d02-6f104b8c2002",
                            "what": "Fit rear belts to every new model",
                            "due_at": "2027-06-30T22:00:00Z",
                        },
                    ]
                }
            ]
        }
    )

    terms: Annotated[list[TermWrite], Field(min_length=1, max_length=50)]


class SignatureCreate(Strict):
    """`hash` is that of the terms as the signing party has read them."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"hash": "9f2d0a6c1be84f57a3d1c09e7b6f5a4433221100ffeeddccbbaa998877665544"}]}
    )

    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SignatureRead(Strict):
    model_config = ConfigDict(from_attributes=True)

    party_id: UUID
    person_id: UUID
    signed_at: datetime


class SettlementRead(Strict):
    """`hash` is the SHA-256 of `content` (JSON, sorted keys, no spaces, UTF-8). `missing` parties have yet to sign."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    case_id: UUID
    number: int
    state: SettlementState
    terms: list[Term]
    content: dict[str, Any]
    hash: str
    signatories: list[UUID]
    signatures: list[SignatureRead]
    missing: list[UUID]
    party_id: UUID
    person_id: UUID
    proposed_at: datetime
