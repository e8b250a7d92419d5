"""Bodies of verifications."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import Strict

from .domain import Outcome


class VerificationRead(Strict):
    """Whether an adjustment did what was expected: effects are changes of the KPI since it was applied, in its unit."""

    model_config = ConfigDict(from_attributes=True, validate_by_name=True)

    adjustment_id: UUID = Field(validation_alias="id")
    kpi_id: UUID
    deviation_id: UUID
    applied_at: datetime
    horizon_at: datetime
    deadline: datetime
    samples: int
    value_at_application: float
    expected_effect: float
    measured_effect: float | None
    outcome: Outcome
    decided_at: datetime | None
    correlation_id: UUID
