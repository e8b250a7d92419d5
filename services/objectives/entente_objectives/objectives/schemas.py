"""Bodies of objectives."""

from datetime import datetime
from uuid import UUID

from entente_objectives.bodies import Record

from .domain import Band, Curve, Direction, Step


class ProgressRead(Record):
    """The latest that kpi computed: `deviation` = `progress` - `planned`, ratios of the way from baseline to target."""

    at: datetime
    value: float
    progress: float
    planned: float
    deviation: float
    state: str


class ObjectiveRead(Record):
    id: UUID
    key: str
    title: str
    kpi_id: UUID
    baseline: float
    target: float
    direction: Direction
    starts_at: datetime
    due_at: datetime
    curve: Curve
    steps: list[Step]
    band: Band | None
    revision: int
    first_baseline: float
    charter_version: int
    active: bool
    progress: ProgressRead | None


class RevisionRead(Record):
    """A path that the objective has or had, and why."""

    id: UUID
    revision: int
    baseline: float
    target: float
    starts_at: datetime
    due_at: datetime
    curve: Curve
    steps: list[Step]
    band: Band | None
    reason: str
    decision_id: UUID | None
    case_id: UUID | None
    revised_at: datetime
