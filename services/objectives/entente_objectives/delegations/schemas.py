"""Bodies of delegations."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict
from pydantic.config import JsonDict

from entente_objectives.bodies import Moment, Record
from entente_objectives.mandates.domain import Domain
from entente_shared.web import Strict

_EXAMPLE: JsonDict = {"delegate_id": "01939f5f-0b04-7d44-9f24-81326dae4004", "ends_at": "2026-09-01T00:00:00Z"}


class DelegationCreate(Strict):
    """`delegate_id` is a person who is a member for your party. It holds until `ends_at`, or in one `domain`, or both."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    delegate_id: UUID
    domain: Domain | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class DelegationRead(Record):
    id: UUID
    party_id: UUID
    person_id: UUID
    delegate_id: UUID
    domain: Domain | None
    starts_at: datetime
    ends_at: datetime | None
    granted_at: datetime
    revoked_at: datetime | None
