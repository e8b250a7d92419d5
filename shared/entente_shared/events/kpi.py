"""Events of the kpi service."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from .base import Body, Event, Kind


class DeviationState(StrEnum):
    OK = "ok"
    PENDING = "pending"
    FIRING = "firing"
    RECOVERING = "recovering"
    NO_DATA = "no_data"


class VerificationFailure(StrEnum):
    STILL_DEVIATING = "still_deviating"
    NO_DATA = "no_data"


class ThresholdRule(Body):
    """A1 on the deviation `e = p - p*`: fires below `theta_on` for `for_`, recovers at or above `theta_off` for `keep`."""

    theta_on: float
    theta_off: float
    for_: timedelta
    keep: timedelta
    stale_after: timedelta | None
    evaluation_delay: timedelta
    version: int


class KpiChanged(Event, producer="kpi", name="kpi_changed", kind=Kind.STATE, aggregate="kpi", key="kpi_id"):
    partnership_id: UUID
    kpi_id: UUID
    name: str
    unit: str
    cadence: timedelta
    on_conflict: str
    rule: ThresholdRule
    active: bool


class FormulaChanged(Event, producer="kpi", name="formula_changed", kind=Kind.STATE, aggregate="formula", key="kpi_id"):
    """How a derived KPI is computed: `inputs` gives the KPI that each name in `formula` stands for."""

    partnership_id: UUID
    kpi_id: UUID
    formula: str
    inputs: dict[str, UUID]
    version: int


class ProgressChanged(Event, producer="kpi", name="progress_changed", kind=Kind.STATE, aggregate="kpi", key="kpi_id"):
    partnership_id: UUID
    kpi_id: UUID
    objective_id: UUID
    at: datetime
    value: float
    progress: float
    planned: float
    deviation: float
    state: DeviationState


class DeviationOpened(
    Event, producer="kpi", name="deviation_opened", kind=Kind.EFFECT, aggregate="deviation", key="deviation_id"
):
    """Starts a saga: its id is the correlation of all that follows. `gap` = planned value - `value`, in the KPI's unit."""

    partnership_id: UUID
    deviation_id: UUID
    kpi_id: UUID
    objective_id: UUID
    crossing: int
    at: datetime
    value: float
    planned_value: float
    gap: float
    baseline: float
    target: float
    progress: float
    planned: float
    deviation: float
    rule: ThresholdRule
    trajectory_revision: int


class DeviationChanged(
    Event, producer="kpi", name="deviation_changed", kind=Kind.STATE, aggregate="deviation", key="deviation_id"
):
    partnership_id: UUID
    deviation_id: UUID
    kpi_id: UUID
    crossing: int
    state: DeviationState
    opened_at: datetime
    closed_at: datetime | None
    annulled: bool


class DeviationClosed(
    Event, producer="kpi", name="deviation_closed", kind=Kind.EFFECT, aggregate="deviation", key="deviation_id"
):
    partnership_id: UUID
    deviation_id: UUID
    kpi_id: UUID
    crossing: int
    at: datetime
    value: float
    deviation: float


class DeviationAnnulled(
    Event, producer="kpi", name="deviation_annulled", kind=Kind.EFFECT, aggregate="deviation", key="deviation_id"
):
    partnership_id: UUID
    deviation_id: UUID
    kpi_id: UUID
    crossing: int
    reason: str


class AdjustmentVerified(
    Event, producer="kpi", name="adjustment_verified", kind=Kind.EFFECT, aggregate="verification", key="adjustment_id"
):
    """`measured_effect` and `expected_effect` are changes of the KPI since the adjustment was applied, in its unit."""

    partnership_id: UUID
    adjustment_id: UUID
    deviation_id: UUID
    kpi_id: UUID
    at: datetime
    measured_effect: float
    expected_effect: float


class AdjustmentNotVerified(
    Event,
    producer="kpi",
    name="adjustment_not_verified",
    kind=Kind.EFFECT,
    aggregate="verification",
    key="adjustment_id",
):
    partnership_id: UUID
    adjustment_id: UUID
    deviation_id: UUID
    kpi_id: UUID
    at: datetime
    reason: VerificationFailure
    measured_effect: float | None
    expected_effect: float
