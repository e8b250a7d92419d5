"""Events of the kpi service."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import ConfigDict

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


class ContestState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class BurnWindow(Body):
    model_config = ConfigDict(from_attributes=True)

    factor: float
    long: timedelta
    short: timedelta


class BurnRate(Body):
    """Fires while the share of samples at or below `theta_on` exceeds `factor * allowed` in the long and the short window."""

    model_config = ConfigDict(from_attributes=True)

    allowed: float
    windows: list[BurnWindow]


class ThresholdRule(Body):
    """A1 on the deviation `e = p - p*`: fires below `theta_on` for `for_`, recovers at or above `theta_off` for `keep`.

    With `burn` it fires by the share of such samples instead.
    """

    theta_on: float
    theta_off: float
    for_: timedelta
    keep: timedelta
    stale_after: timedelta | None
    evaluation_delay: timedelta
    version: int
    burn: BurnRate | None = None


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
    provisional: bool = False  # samples of this KPI are contested


class DeviationOpened(
    Event, producer="kpi", name="deviation_opened", kind=Kind.EFFECT, aggregate="deviation", key="deviation_id"
):
    """Starts a saga: its id is the correlation of all that follows. `gap` = planned value - `value`, in the KPI's unit.

    `contested`: samples of the KPI were contested when it opened, so that nothing may be done about it by itself.
    """

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
    contested: bool = False


class DeviationReopened(
    Event, producer="kpi", name="deviation_reopened", kind=Kind.EFFECT, aggregate="deviation", key="deviation_id"
):
    """A deviation that had closed stands open after all: late or corrected samples show that the KPI had not recovered.

    It is the same crossing and the same saga. `at`, `value` and `gap` are those of the latest sample evaluated.
    """

    partnership_id: UUID
    deviation_id: UUID
    kpi_id: UUID
    crossing: int
    at: datetime
    value: float
    planned_value: float
    gap: float
    deviation: float
    contested: bool


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


class ContestChanged(
    Event, producer="kpi", name="contest_changed", kind=Kind.STATE, aggregate="contest", key="contest_id"
):
    """A party disputes the samples from `from_at` to `to_at`. While it is open, automation on the KPI is frozen."""

    partnership_id: UUID
    contest_id: UUID
    kpi_id: UUID
    party_id: UUID
    from_at: datetime
    to_at: datetime
    state: ContestState
    opened_at: datetime
    resolved_at: datetime | None


class SampleContested(
    Event, producer="kpi", name="sample_contested", kind=Kind.EFFECT, aggregate="contest", key="contest_id"
):
    """`deviation_id` is that of the KPI's open deviation, whose saga it belongs to; None where there is none."""

    partnership_id: UUID
    contest_id: UUID
    kpi_id: UUID
    party_id: UUID
    from_at: datetime
    to_at: datetime
    reason: str
    at: datetime
    deviation_id: UUID | None


class ContestResolved(
    Event, producer="kpi", name="contest_resolved", kind=Kind.EFFECT, aggregate="contest", key="contest_id"
):
    """`still_contested`: other contests of the KPI are open. `deviation_id` as in sample_contested, now."""

    partnership_id: UUID
    contest_id: UUID
    kpi_id: UUID
    outcome: ContestState
    reason: str
    at: datetime
    deviation_id: UUID | None
    still_contested: bool


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
