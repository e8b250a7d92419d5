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
    terms: Annotated[list[TermWrite], Field(min_length=1, max_length=50)]


class SignatureCreate(Strict):
    """`hash` is that of the terms as the signing party has read them."""

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
