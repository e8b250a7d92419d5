"""Bodies of deviations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict

from entente_shared.web import Strict

from ..evaluation.domain import State


class DeviationRead(Strict):
    """One crossing, with the rule and the figures that it was opened by, so that it can be recomputed.

    `correlation_id` names its saga: GET .../trace/{correlation_id} tells what it caused.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kpi_id: UUID
    rule_id: UUID
    crossing: int
    state: State
    objective_id: UUID
    trajectory_revision: int
    baseline: float
    target: float
    rule: dict[str, Any]
    opened_at: datetime
    value: float
    planned_value: float
    progress: float
    planned: float
    deviation: float
    closed_at: datetime | None
    closed_value: float | None
    annulled: bool
    annulled_because: str | None
    correlation_id: UUID
