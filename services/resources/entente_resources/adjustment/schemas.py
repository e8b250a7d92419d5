"""Bodies of adjustments."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from entente_shared.events import resources as events
from entente_shared.web import Amount, Duration, Strict

from .domain.states import State
from .models import Adjustment


class AdjustmentSummary(Strict):
    """`event_time` is the deviation's; `correlation_id` names the loop that it belongs to."""

    id: UUID
    deviation_id: UUID | None
    kpi_id: UUID | None
    state: State
    reason: str | None = Field(description="why it was held back, is impossible, lapsed or was rolled back")
    event_time: datetime
    gap: float | None
    expected_effect: float
    churn: float
    amount: Amount | None
    decision_id: UUID | None
    case_id: UUID | None
    allocation_id: UUID | None
    applied_at: datetime | None
    correlation_id: UUID
    created_at: datetime

    @classmethod
    def of(cls, adjustment: Adjustment) -> "AdjustmentSummary":
        return cls(**_common(adjustment))


class AdjustmentRead(AdjustmentSummary):
    """`changes` are those of the alternative `fairest`."""

    shortfall: float | None
    churn_needed: float | None = Field(description="the least churn budget that would make it possible")
    horizon: Duration = Field(description="how long until an effect can be judged")
    penalty: float
    suppressed_until: datetime | None
    automatic: bool
    levers: list[str]
    changes: list[events.Change]
    parties: list[events.PartyEffect]
    alternatives: list[events.Alternative]
    certificate: dict[str, Any]

    @classmethod
    def of(cls, adjustment: Adjustment) -> "AdjustmentRead":
        own = set(cls.model_fields) - set(AdjustmentSummary.model_fields)
        return cls(**_common(adjustment), **{name: getattr(adjustment, name) for name in own})


def _common(adjustment: Adjustment) -> dict[str, Any]:
    values = {name: getattr(adjustment, name) for name in AdjustmentSummary.model_fields if name != "amount"}
    if adjustment.amount is not None and adjustment.currency is not None:
        return {**values, "amount": Amount(amount=adjustment.amount, currency=adjustment.currency)}
    return {**values, "amount": None}
