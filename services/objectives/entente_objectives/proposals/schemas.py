"""Bodies of proposals."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict
from pydantic.config import JsonDict

from entente_objectives.bodies import Record
from entente_objectives.governance.domain import Status
from entente_shared.events import Money
from entente_shared.web import Amount, LongText, Strict, Text

_EXAMPLE: JsonDict = {
    "title": "A common stand at the road safety fair",
    "text": "The parties share one stand of 40 square metres; each sends two people.",
    "amount": {"amount": "12000", "currency": "EUR"},
}


class ProposalCreate(Strict):
    """`amount` is what it costs: 0 for nothing, null where nobody knows, and then the heaviest tier decides.

    `concerns_party_id` is the party whose breach, default or exit it is about: that party cannot veto it, and the heaviest
    tier decides, whatever the amount.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    title: Text
    text: LongText
    amount: Amount | None = None
    concerns_party_id: UUID | None = None


class ProposalRead(Record):
    """`status` is its decision's."""

    id: UUID
    decision_id: UUID
    title: str
    text: str
    amount: Money | None
    concerns_party_id: UUID | None
    party_id: UUID
    person_id: UUID
    proposed_at: datetime
    status: Status
