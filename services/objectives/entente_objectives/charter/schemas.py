"""Bodies of the charter's versions and signatures."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Record
from entente_objectives.terms.schemas import TermsBody
from entente_shared.events import DecimalText
from entente_shared.web import LongText, Strict

from . import examples
from .domain import Withdrawable


class ProposalCreate(TermsBody):
    """`based_on` is the newest version, also where it was withdrawn, null for the first; a proposal on an older one is
    refused. `note` says why it is proposed; it is no part of what is signed.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PROPOSAL]})

    based_on: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    note: Annotated[LongText | None, Field(examples=["A later due date, as the winter stops the works"])] = None


class SignatureCreate(Strict):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"hash": "9f2d0a6c1be84f57a3d1c09e7b6f5a4433221100ffeeddccbbaa998877665544"}]}
    )

    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="the hash of the version that you read")]


class WithdrawalCreate(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Our board asks for another due date"}]})

    reason: Annotated[LongText, Field(examples=["Our board asks for another due date"])]


class ContentParty(Strict):
    party_id: UUID
    organisation_id: UUID
    weight: DecimalText


class Content(TermsBody):
    """What is signed. The SHA-256 of its RFC 8785 canonical JSON is the version's `hash`."""

    partnership_id: UUID
    version: int
    based_on: int | None
    parties: list[ContentParty]


class SignatureRead(Record):
    party_id: UUID
    person_id: UUID
    hash: str
    signed_at: datetime


class WithdrawalRead(Record):
    """`what` was taken back: the party's own signature, or, by the party that proposed it, the version."""

    what: Withdrawable
    party_id: UUID
    person_id: UUID
    reason: str
    withdrawn_at: datetime


class CharterVersionRead(Record):
    """`agreed`: every party signed exactly this version. `withdrawn`: its proposer took it back; nobody can sign it."""

    id: UUID
    version: int
    based_on: int | None
    hash: str
    content: Content
    party_id: UUID
    person_id: UUID
    proposed_at: datetime
    note: str | None
    signatures: list[SignatureRead]
    withdrawals: list[WithdrawalRead]
    agreed: bool
    withdrawn: bool
