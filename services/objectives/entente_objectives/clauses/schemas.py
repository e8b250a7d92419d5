"""Bodies of the optional clauses of a charter."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from entente_objectives.bodies import Key, Moment
from entente_objectives.partnerships.domain import Role
from entente_shared.web import Strict, Text

from .domain import Channel, MessageType, RecordKind, RecordVisibility, Urgency

_PLAIN = PlainSerializer(lambda value: format(value, "f"), return_type=str)


def _as_text(value: Any) -> Any:
    """Decimals are texts, so that no reader rounds them; more digits than can be agreed are not even computed."""
    if not isinstance(value, str | Decimal) or len(str(value)) > 40:
        raise PydanticCustomError("decimal_type", "a decimal number as text is expected")
    return value


Share = Annotated[
    Decimal,
    BeforeValidator(_as_text),
    Field(ge=0, le=1, decimal_places=6, allow_inf_nan=False),
    _PLAIN,
    WithJsonSchema({"type": "string", "examples": ["0.4"], "description": "a decimal from 0 to 1, as text"}),
]
Bound = Annotated[
    Decimal,
    BeforeValidator(_as_text),
    Field(ge=-(10**12), le=10**12, decimal_places=6, allow_inf_nan=False),
    _PLAIN,
    WithJsonSchema({"type": "string", "examples": ["-50000.00"], "description": "signed money as decimal text"}),
]
Roles = Annotated[list[Role], Field(max_length=10)]


class EquityTermBody(Strict):
    """A criterion by which fairness is judged, and what measures it. The weights of all add up to 1."""

    key: Key
    criterion: Annotated[Text, Field(examples=["Nobody pays for the others' training"])]
    measure: Annotated[Text, Field(examples=["training cost over training received, by party"])]
    weight: Share


class PartyShareBody(Strict):
    party_id: UUID
    share: Share


class BandShareBody(Strict):
    """How the part of the joint result from `above` up to `up_to` is shared; the shares add up to 1.

    The first band has no lower end and the last no upper one (null).
    """

    key: Key
    above: Bound | None
    up_to: Bound | None
    shares: Annotated[list[PartyShareBody], Field(min_length=1, max_length=50)]


class SharingBody(Strict):
    """Bands of pain and gain, by rising result and without gaps. A result below 0 is pain."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["EUR"])]
    bands: Annotated[list[BandShareBody], Field(min_length=1, max_length=20)]


class ConfidentialityTermBody(Strict):
    """Records of a kind are seen at most as `widest` says, and in the other parties only by those who hold one of `roles`."""

    record: RecordKind
    widest: RecordVisibility
    roles: Roles


class IntellectualPropertyTermBody(Strict):
    """A party lets others use something of its own for one purpose, until it expires."""

    key: Key
    granted_by: UUID
    granted_to: Annotated[list[UUID], Field(max_length=50)]
    subject: Annotated[Text, Field(examples=["Drawings of the front axle"])]
    purpose: Annotated[Key, Field(examples=["joint-bid"])]
    expires_at: Moment


class CommunicationTermBody(Strict):
    """By which channels a message of a type and urgency goes, and to which roles."""

    type: MessageType
    urgency: Urgency
    channels: Annotated[list[Channel], Field(max_length=10)]
    roles: Roles
