"""What every event contract shares: its type on the wire, its aggregate and whether it is state or effect."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PlainSerializer


class Kind(StrEnum):
    """STATE events carry the whole public state of an aggregate; EFFECT events are handled once each."""

    STATE = "state"
    EFFECT = "effect"


def _plain(value: Decimal) -> str:
    return format(value, "f")  # never an exponent, which a column of type numeric may bring


DecimalText = Annotated[Decimal, PlainSerializer(_plain, return_type=str, when_used="json")]


class Money(BaseModel):
    """An exact amount. `currency` is an ISO 4217 code."""

    model_config = ConfigDict(frozen=True)

    amount: DecimalText
    currency: str


class Body(BaseModel):
    """A part of an event. Unknown fields are ignored, so that a producer may add some."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


@dataclass(frozen=True)
class Contract:
    """How an event is named on the wire and which field of it identifies its aggregate."""

    producer: str
    name: str
    kind: Kind
    aggregate: str
    key: str

    @property
    def type(self) -> str:
        return f"entente.{self.producer}.{self.name}.v1"

    def subject(self, partnership_id: UUID | None) -> str:
        return f"entente.{self.producer}.{partnership_id or '_'}.{self.name}.v1"


class Event(Body):
    """A fact in the past tense; a subclass states its `Contract` as class arguments."""

    registry: ClassVar[dict[str, "type[Event]"]] = {}
    contract: ClassVar[Contract]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__()
        cls.contract = Contract(**kwargs)
        Event.registry[cls.contract.type] = cls

    @property
    def tenant(self) -> UUID | None:
        """The partnership that the event belongs to, or None for an event outside any partnership."""
        return getattr(self, "partnership_id", None)

    @property
    def aggregate_id(self) -> UUID:
        value: UUID = getattr(self, self.contract.key)
        return value
