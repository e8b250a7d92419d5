"""HTTP bodies of keys."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from entente_shared.web import Duration, Strict, Text, Timestamp

from .domain import KeyKind, KeySpec

Scope = Annotated[str, Field(pattern=r"^[a-z_]{1,40}:[a-z_]{1,40}$")]


class KeyCreate(Strict):
    """A person's key names the person and their organisation; a system's key its organisation and scopes; an
    operator's neither.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "system",
                    "label": "Accident statistics",
                    "organisation_id": "01939f5f-0a01-7c31-8e11-70215c9d3001",
                    "scopes": ["samples:write"],
                }
            ]
        }
    )

    kind: KeyKind
    label: Text
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    scopes: Annotated[tuple[Scope, ...], Field(max_length=20)] = ()
    expires_at: Timestamp | None = None

    def spec(self) -> KeySpec:
        return KeySpec(
            kind=self.kind,
            label=self.label,
            organisation_id=self.organisation_id,
            person_id=self.person_id,
            scopes=frozenset(self.scopes),
            expires_at=self.expires_at,
        )


class RotationCreate(Strict):
    """`grace` is how long the present secret is still accepted beside the new one: at most 30 days, PT0S for not at
    all.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"grace": "PT12H"}]})

    grace: Duration = timedelta(days=1)


class SecretRead(BaseModel):
    """`prefix` is the beginning of the secret. `retires_at` is when it stops to be accepted."""

    model_config = ConfigDict(from_attributes=True)

    prefix: str
    created_at: datetime
    retires_at: datetime | None


class KeyRead(BaseModel):
    id: UUID
    kind: KeyKind
    label: str
    organisation_id: UUID | None
    person_id: UUID | None
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    secrets: list[SecretRead]


class KeyCreated(KeyRead):
    """`secret` is shown this once: only its SHA-256 is kept."""

    secret: str
