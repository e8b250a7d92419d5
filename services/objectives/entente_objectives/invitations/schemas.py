"""Bodies of invitations."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Record, Span
from entente_objectives.partnerships.domain import Role
from entente_shared.web import Strict

from .domain import VALID_FOR, InvitationState


class InvitationCreate(Strict):
    """The link is valid for `valid_for`, at most 90 days."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "contributor", "valid_for": "P14D"}]})

    role: Role
    valid_for: Annotated[Span, Field(gt=timedelta(0), le=timedelta(days=90))] = VALID_FOR


class InvitationRead(Record):
    id: UUID
    party_id: UUID
    role: Role
    state: InvitationState
    invited_by: UUID
    invited_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    accepted_at: datetime | None
    accepted_by: UUID | None
    member_id: UUID | None


class InvitationMade(InvitationRead):
    """`token` is shown this once. Put it behind the # of the link that you send, so that no server's log gets it."""

    token: str


class InvitationAcceptanceCreate(Strict):
    """`person_id` is for an organisation's system, which accepts for one of its persons."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"token": "ent_invite_3vJq0Yw8mT1cRkZ5nXh2uLb7sEd4aPf6gKo9iVxQyWt"}]}
    )

    token: Annotated[str, Field(min_length=1, max_length=200)]
    person_id: UUID | None = None


class InvitationAcceptanceRead(Record):
    partnership_id: UUID
    member_id: UUID
    party_id: UUID
    person_id: UUID
    role: Role
