"""Events of the objectives service."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from .base import Body, DecimalText, Event, Kind, Money


class ClockMode(StrEnum):
    REAL = "real"
    REPLAY = "replay"


class Role(StrEnum):
    SPONSOR = "sponsor"
    ALLIANCE_MANAGER = "alliance_manager"
    COMMITTEE_MEMBER = "committee_member"
    MEDIATOR = "mediator"
    CONTRIBUTOR = "contributor"
    OBSERVER = "observer"


class Tier(StrEnum):
    """Who decides, from the lightest to the heaviest."""

    AUTOMATIC = "automatic"
    ALLIANCE_MANAGERS = "alliance_managers"
    COMMITTEE = "committee"
    SPONSORS = "sponsors"


class SubjectKind(StrEnum):
    """What a decision is about."""

    ADJUSTMENT = "adjustment"
    REBASELINE = "rebaseline"


class Outcome(StrEnum):
    APPROVED = "approved"
    REFUSED = "refused"
    VETOED = "vetoed"
    EXPIRED = "expired"


class Party(Body):
    party_id: UUID
    organisation_id: UUID
    name: str
    weight: DecimalText


class OrganisationChanged(
    Event,
    producer="objectives",
    name="organisation_changed",
    kind=Kind.STATE,
    aggregate="organisation",
    key="organisation_id",
):
    organisation_id: UUID
    name: str


class PartnershipChanged(
    Event,
    producer="objectives",
    name="partnership_changed",
    kind=Kind.STATE,
    aggregate="partnership",
    key="partnership_id",
):
    partnership_id: UUID
    name: str
    stage: str
    clock: ClockMode
    clock_now: datetime | None  # the replayed present; None where the clock is real
    parties: list[Party]


class MembershipChanged(
    Event, producer="objectives", name="membership_changed", kind=Kind.STATE, aggregate="member", key="member_id"
):
    partnership_id: UUID
    member_id: UUID
    party_id: UUID
    organisation_id: UUID
    person_id: UUID
    role: Role
    active: bool


class Lever(Body):
    """What one more unit of a resource, spent on a KPI for one period, does to the KPI (in the KPI's unit, signed)."""

    key: str
    resource_id: UUID
    kpi_id: UUID
    effect: float
    effect_low: float
    effect_high: float
    lag: timedelta
    source: str
    version: int


class VetoRule(Body):
    grounds: list[str]
    window: timedelta


class Mandate(Body):
    """Who decides in `domain` up to `max_amount` (None: without limit), and by which thresholds (A15)."""

    key: str
    domain: SubjectKind
    tier: Tier
    max_amount: Money | None
    support: float
    quorum: float
    approval: float
    expires_after: timedelta
    veto: VetoRule | None


class LadderLevel(Body):
    name: str
    responders: list[Role]
    limit: timedelta


class Floor(Body):
    """What a party is guaranteed, as a share of its weighted needs (0 to 1)."""

    party_id: UUID
    share: float


class AdjustmentPolicy(Body):
    """How the partnership lets itself be adjusted. `verify_samples` is how many samples after a lever's lag verify it."""

    churn_budget: float
    rollback_on_failure: bool
    verify_samples: int
    damping_half_life: timedelta
    cap_per_period: int
    review_period: timedelta
    cool_down: timedelta


class CharterSigned(
    Event, producer="objectives", name="charter_signed", kind=Kind.STATE, aggregate="charter", key="partnership_id"
):
    partnership_id: UUID
    version: int
    hash: str
    levers: list[Lever]
    mandates: list[Mandate]
    ladder: list[LadderLevel]
    floors: list[Floor]
    policy: AdjustmentPolicy


class PlannedStep(Body):
    """From `elapsed` of the time on, `planned` of the way is planned to be behind; both are ratios."""

    elapsed: float
    planned: float


class Band(Body):
    low: float
    high: float


class TrajectoryChanged(
    Event, producer="objectives", name="trajectory_changed", kind=Kind.STATE, aggregate="objective", key="objective_id"
):
    """The agreed path of a KPI from `baseline` at `starts_at` to `target` at `due_at`.

    `curve` is linear, s_curve or steps (then `steps` says when). With a `band` that is what is to be reached, and `target`
    lies in it.
    """

    partnership_id: UUID
    objective_id: UUID
    kpi_id: UUID
    title: str
    baseline: float
    target: float
    starts_at: datetime
    due_at: datetime
    curve: str
    revision: int
    first_baseline: float
    reason: str
    decision_id: UUID | None
    active: bool
    steps: list[PlannedStep] = Field(default_factory=list)
    band: Band | None = None


class ClockAdvanced(
    Event, producer="objectives", name="clock_advanced", kind=Kind.EFFECT, aggregate="partnership", key="partnership_id"
):
    partnership_id: UUID
    now: datetime


class Subject(Body):
    kind: SubjectKind
    id: UUID


class Elector(Body):
    member_id: UUID
    party_id: UUID
    person_id: UUID
    weight: DecimalText


class DecisionOpened(
    Event, producer="objectives", name="decision_opened", kind=Kind.EFFECT, aggregate="decision", key="decision_id"
):
    partnership_id: UUID
    decision_id: UUID
    subject: Subject
    tier: Tier
    mandate: Mandate
    amount: Money | None
    electorate: list[Elector]
    opened_at: datetime
    expires_at: datetime
    rule_version: str


class Vote(Body):
    member_id: UUID
    party_id: UUID
    choice: str
    reason: str | None
    at: datetime


class DecisionTaken(
    Event, producer="objectives", name="decision_taken", kind=Kind.EFFECT, aggregate="decision", key="decision_id"
):
    """`tally` holds the weighted and per-party counts that A15 was computed from."""

    partnership_id: UUID
    decision_id: UUID
    subject: Subject
    outcome: Outcome
    tier: Tier
    amount: Money | None
    votes: list[Vote]
    tally: dict[str, Any]
    grounds: str | None
    taken_at: datetime
    rule_version: str


class WorkingHours(Body):
    """Worked from `opens` to `closes` by the zone's clock ("09:00") on the days of `rrule` (RFC 5545) from `first_on` on."""

    rrule: str
    first_on: date
    opens: str
    closes: str


class Spell(Body):
    """`days` days, once from `first_on` on or, with an `rrule` (RFC 5545), from each of its days on."""

    name: str
    first_on: date
    days: int
    rrule: str | None


class CalendarChanged(
    Event, producer="objectives", name="calendar_changed", kind=Kind.STATE, aggregate="calendar", key="calendar_id"
):
    """When a party works. On holidays and blackouts it does not; `party_id` is None for a shared calendar."""

    partnership_id: UUID
    calendar_id: UUID
    party_id: UUID | None
    name: str
    zone: str
    hours: list[WorkingHours]
    holidays: list[Spell]
    blackouts: list[Spell]
    budget_windows: list[Spell]
    cycles: list[Spell]
    validation_days: int
    active: bool


class MilestoneReached(
    Event, producer="objectives", name="milestone_reached", kind=Kind.EFFECT, aggregate="milestone", key="milestone_id"
):
    """A milestone was declared reached, by whom and when; `late` is by how many days after its due date."""

    partnership_id: UUID
    milestone_id: UUID
    title: str
    due_on: date
    reached_on: date
    late: int
    party_id: UUID
    person_id: UUID
    objective_id: UUID | None
