"""Bodies of trajectories."""

from datetime import datetime
from uuid import UUID

from entente_shared.web import Strict


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
    revision: int
    effective_from: datetime | None
