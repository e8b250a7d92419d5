"""Bodies of trajectories."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict

from entente_shared.web import Strict

from .domain import Curve


class StepRead(Strict):
    """From `elapsed` of the time on, `planned` of the way is planned to be behind; both are ratios."""

    model_config = ConfigDict(from_attributes=True)

    elapsed: float
    planned: float


class BandRead(Strict):
    """The KPI is to be from `low` to `high`, in its unit."""

    model_config = ConfigDict(from_attributes=True)

    low: float
    high: float


class TrajectoryRead(Strict):
    """The agreed path that a KPI is held against now.

    `effective_from` is null for the first one, which holds from the beginning.
    """

    objective_id: UUID
    title: str
    baseline: float
    target: float
    starts_at: datetime
    due_at: datetime
    curve: Curve
    steps: list[StepRead]
    band: BandRead | None
    revision: int
    effective_from: datetime | None
