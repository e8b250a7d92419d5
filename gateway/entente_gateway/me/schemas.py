"""HTTP bodies of `GET /v1/me`."""

from uuid import UUID

from pydantic import BaseModel

from entente_shared.auth import CallerKind
from entente_shared.events.objectives import Role

from .domain import Ability


class MyPartnership(BaseModel):
    """`may` is what the services will let you do here; they decide again each time."""

    partnership_id: UUID
    name: str | None
    stage: str | None
    party_id: UUID
    member_ids: list[UUID]
    roles: list[Role]
    may: list[Ability]


class Me(BaseModel):
    """Whom your key stands for."""

    kind: CallerKind
    key_id: UUID
    organisation_id: UUID | None
    person_id: UUID | None
    scopes: list[str]
    partnerships: list[MyPartnership]
