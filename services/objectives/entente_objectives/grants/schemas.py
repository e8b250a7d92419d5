"""Bodies of grants."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from entente_objectives.bodies import Key, Moment, Record
from entente_objectives.clauses.domain import RecordKind
from entente_shared.web import LongText, Strict

from .domain import Draft, GrantStanding
from .queries import SeenGrant

PurposeKey = Annotated[
    Key, Field(examples=["joint-bid"], description="what it may be read for, which the reader states")
]


class GrantCreate(Strict):
    """What is granted ends at `expires_at` of the partnership's clock, or when you revoke it.

    With a `term`, the key of a grant of your party among the charter's `intellectual_property`, it also ends when the charter
    in force does not have that term any more.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "record": "document",
                    "record_id": "01939f60-1c00-7a10-8c01-5e0f3a7b2001",
                    "readers": ["01939f60-1c01-7b22-9d02-6f104b8c2002"],
                    "purpose": "joint-bid",
                    "expires_at": "2026-12-31T00:00:00Z",
                }
            ]
        }
    )

    record: RecordKind
    record_id: UUID
    readers: Annotated[list[UUID], Field(min_length=1, max_length=50, description="the parties that may read it")]
    purpose: PurposeKey
    expires_at: Moment
    term: Key | None = None

    def draft(self) -> Draft:
        return Draft(tuple(self.readers), self.purpose, self.expires_at, self.term)


class RevocationCreate(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The bid was handed in"}]})

    reason: Annotated[LongText, Field(examples=["The bid was handed in"])]


class GrantRead(BaseModel):
    """`granted_by` is a party; of the `readers` a party that received it sees itself alone."""

    id: UUID
    record: RecordKind
    record_id: UUID
    granted_by: UUID
    person_id: UUID
    readers: list[UUID]
    purpose: str
    term: str | None
    granted_at: datetime
    expires_at: datetime
    standing: GrantStanding
    revoked_at: datetime | None
    revocation: str | None
    version: int

    @classmethod
    def of(cls, seen: SeenGrant) -> "GrantRead":
        grant = seen.grant
        names = set(cls.model_fields) - {"granted_by", "readers", "standing"}
        return cls(
            **{name: getattr(grant, name) for name in names},
            granted_by=grant.party_id,
            readers=[reader.party_id for reader in grant.readers],
            standing=seen.standing,
        )


class AccessRead(Record):
    """Who read the record under a grant, when and for what; `person_id` is null where it was a system of the party."""

    id: UUID
    party_id: UUID
    person_id: UUID | None
    purpose: str
    accessed_at: datetime
