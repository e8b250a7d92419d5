"""Bodies of the charter's versions and signatures."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from entente_objectives.bodies import Record
from entente_objectives.terms.schemas import TermsBody
from entente_shared.events import DecimalText
from entente_shared.web import Strict


class ProposalCreate(TermsBody):
    """`based_on` is the newest version, null for the first; a proposal on an older one is refused."""

    based_on: Annotated[int | None, Field(ge=1, le=1_000_000)] = None


class SignatureCreate(Strict):
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="the hash of the version that you read")]


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


class CharterVersionRead(Record):
    """`agreed`: every party signed exactly this version."""

    id: UUID
    version: int
    based_on: int | None
    hash: str
    content: Content
    party_id: UUID
    person_id: UUID
    proposed_at: datetime
    signatures: list[SignatureRead]
    agreed: bool
