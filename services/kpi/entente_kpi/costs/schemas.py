"""Bodies of costs."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import Amount, Strict, Text, Timestamp

from ..attestation.domain import Standing, Visibility
from .domain import Basis
from .models import Cost


class CostCreate(Strict):
    """The caller's party bears it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Patrols on the northern road",
                    "amount": {"amount": "25000.00", "currency": "EUR"},
                    "at": "2026-03-31T00:00:00Z",
                }
            ]
        }
    )

    title: Text
    basis: Basis = Basis.REALISED
    amount: Amount
    at: Timestamp = Field(description="when it was spent, or is expected to be")
    visibility: Visibility = Visibility.SHARED


class CostRead(Strict):
    """`standing` is what the other parties say of it."""

    id: UUID
    claimed_by: UUID
    title: str
    basis: Basis
    amount: Amount
    at: datetime
    visibility: Visibility
    standing: Standing
    recorded_at: datetime
    version: int

    @classmethod
    def of(cls, cost: Cost) -> "CostRead":
        return cls(
            id=cost.id,
            claimed_by=cost.party_id,
            title=cost.title,
            basis=cost.basis,
            amount=Amount(amount=cost.amount, currency=cost.currency),
            at=cost.at,
            visibility=cost.visibility,
            standing=cost.standing,
            recorded_at=cost.recorded_at,
            version=cost.version,
        )
