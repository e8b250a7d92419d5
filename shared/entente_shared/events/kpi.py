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
    """`active` is false for a draft, which waits for the parties. `sources` are the organisations that may push (None: any).

    `pending_version` is the change of the definition that waits for approval, `definition_version` the one in force.
    """

    partnership_id: UUID
    kpi_id: UUID
    name: str
    unit: str
    cadence: timedelta
    on_conflict: str
    rule: ThresholdRule
    active: bool
    description: str | None = None
    template: str | None = None
    level: str = "operational"
    direction: str | None = None
    aggregation: str = "mean"
    sources: list[UUID] | None = None
    definition_version: int = 1
    pending_version: int | None = None


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


class Participation(Body):
    """How many people of a party answered, of how many who act for it."""

    party_id: UUID
    answered: int
    invited: int


class PartyView(Body):
    """How a party sees a question: the mean of its answers on the question's scale. Small groups are left out."""

    party_id: UUID
    n: int
    mean: float


class QuestionView(Body):
    """`difference` between the party that sees it best and the one that sees it worst, in points of 100."""

    question: str
    text: str
    kind: str
    parties: list[PartyView]
    higher: UUID | None
    lower: UUID | None
    difference: float | None


class SurveyClosed(Event, producer="kpi", name="survey_closed", kind=Kind.EFFECT, aggregate="survey", key="survey_id"):
    """Aggregates only. `perception_gap` and `satisfaction` are 0 to 1, None where too few answered to say.

    `closed_by` is the party that closed it early, None where its time was over.
    """

    partnership_id: UUID
    survey_id: UUID
    title: str
    closed_at: datetime
    closed_by: UUID | None
    participation: list[Participation]
    questions: list[QuestionView]
    perception_gap: float | None
    satisfaction: float | None
    rule_version: str


class HealthComponent(Body):
    """`value` is 0 to 1, better above; `source` names whose events it comes from, `source_id` the survey or allocation."""

    component: str
    value: float
    weight: float
    source: str
    source_id: UUID | None
    measured_at: datetime | None


class HealthChanged(
    Event, producer="kpi", name="health_changed", kind=Kind.STATE, aggregate="health", key="partnership_id"
):
    """A10: `score = 100 * prod(value ** weight)`; `capped` where a component below 0.3 keeps the status from being better."""

    partnership_id: UUID
    at: datetime
    score: float
    status: str
    capped: bool
    components: list[HealthComponent]
    missing: list[str]
    rule_version: str


class VarianceFinding(Body):
    """The last sample of a KPI in the period of a review, held against what was agreed then; None where there was none."""

    kpi_id: UUID
    at: datetime | None
    value: float | None
    progress: float | None
    planned: float | None
    deviation: float | None
    cause: str | None


class VarianceReviewed(
    Event, producer="kpi", name="variance_reviewed", kind=Kind.EFFECT, aggregate="variance_review", key="review_id"
):
    """A review of the period `since <= t < until` was closed. Each of its actions is requested by an event of its own."""

    partnership_id: UUID
    review_id: UUID
    title: str
    since: datetime
    until: datetime
    closed_at: datetime
    conclusion: str | None
    findings: list[VarianceFinding]
    action_ids: list[UUID]


class ActionRequested(
    Event, producer="kpi", name="action_requested", kind=Kind.EFFECT, aggregate="review_action", key="action_id"
):
    """A closed review asks a member, who acts for a party, to do something by a date."""

    partnership_id: UUID
    action_id: UUID
    review_id: UUID
    title: str
    owner_member_id: UUID
    party_id: UUID
    due_at: datetime
    requested_at: datetime
    kpi_id: UUID | None
    objective_id: UUID | None
