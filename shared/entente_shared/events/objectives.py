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
    GENERAL = "general"


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
    """With `deemed_after` (working days) each party's window runs from its own receipt of the outcome."""

    grounds: list[str]
    window: timedelta
    deemed_after: timedelta | None = None


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
    committee: str | None = None
    concerned_votes: bool = True


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


class EquityCriterion(Body):
    """By what fairness is judged; the weights of all criteria add up to 1."""

    key: str
    criterion: str
    measure: str
    weight: DecimalText


class PartyShare(Body):
    party_id: UUID
    share: DecimalText


class ShareBand(Body):
    """Of the part of the joint result from `above` up to `up_to` (None: without end), each party has its share."""

    key: str
    above: DecimalText | None
    up_to: DecimalText | None
    shares: list[PartyShare]


class SharingRule(Body):
    """Bands of pain and gain, which cover every result in `currency` once."""

    currency: str
    bands: list[ShareBand]


class ConfidentialityRule(Body):
    """Records of a kind are seen at most as `widest` (party, named, shared) says, in other parties by `roles` alone."""

    record: str
    widest: str
    roles: list[Role]


class IntellectualPropertyGrant(Body):
    key: str
    granted_by: UUID
    granted_to: list[UUID]
    subject: str
    purpose: str
    expires_at: datetime


class CommunicationRule(Body):
    """Messages of a type (information, concern, innovation) and urgency (low, normal, high, immediate) go by `channels`
    (stream, email, webhook, meeting) to those who hold one of `roles`.
    """

    type: str
    urgency: str
    channels: list[str]
    roles: list[Role]


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
    equity: list[EquityCriterion] = Field(default_factory=list)
    shares: SharingRule | None = None
    confidentiality: list[ConfidentialityRule] = Field(default_factory=list)
    intellectual_property: list[IntellectualPropertyGrant] = Field(default_factory=list)
    communication: list[CommunicationRule] = Field(default_factory=list)


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
    """`voter_id` is who casts the vote: another person where the elector had delegated it."""

    member_id: UUID
    party_id: UUID
    person_id: UUID
    weight: DecimalText
    voter_id: UUID | None = None


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
    committee_id: UUID | None = None
    concerns_party_id: UUID | None = None


class Vote(Body):
    """`cast_by` is who cast it for the member."""

    member_id: UUID
    party_id: UUID
    choice: str
    reason: str | None
    at: datetime
    cast_by: UUID | None = None


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


class ProfileRevealed(
    Event, producer="objectives", name="profile_revealed", kind=Kind.EFFECT, aggregate="sealed_round", key="round_id"
):
    """Every party has declared in a round, and all see now what each did. `what` is profile or assessment.

    It names the round only: what was declared is read from objectives by those who may.
    """

    partnership_id: UUID
    round_id: UUID
    what: str
    number: int
    parties: list[UUID]
    revealed_at: datetime


class FrictionFound(
    Event, producer="objectives", name="friction_found", kind=Kind.EFFECT, aggregate="friction", key="friction_id"
):
    """Two parties stand far apart (`nature` friction), or so near that they can build on it (`nature` synergy).

    `ground` is expectation, values, practices or perception, `subject` names what of it, `aspect` in which respect.
    `distance` and `threshold` are ratios of the whole scale. It is told when a round is revealed, once each.
    """

    partnership_id: UUID
    friction_id: UUID
    round_id: UUID
    nature: str
    ground: str
    subject: str
    aspect: str
    parties: list[UUID]
    distance: float
    threshold: float
    rule_version: str
    found_at: datetime


class CommitmentOutcome(StrEnum):
    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"
    WAIVED = "waived"


class CommitmentResolved(
    Event,
    producer="objectives",
    name="commitment_resolved",
    kind=Kind.EFFECT,
    aggregate="commitment",
    key="commitment_id",
):
    """How a party's word ended. `resolved_by` is the party that said so, None where silence did."""

    partnership_id: UUID
    commitment_id: UUID
    party_id: UUID
    outcome: CommitmentOutcome
    due_at: datetime
    declared_at: datetime | None
    resolved_at: datetime
    resolved_by: UUID | None
    case_id: UUID | None
    objective_id: UUID | None


class RiskOccurred(
    Event, producer="objectives", name="risk_occurred", kind=Kind.EFFECT, aggregate="risk", key="risk_id"
):
    """A risk of the register has come to pass, which it may do more than once. Probability and impact are from 1 to 5."""

    partnership_id: UUID
    risk_id: UUID
    occurrence_id: UUID
    title: str
    description: str
    probability: int
    impact: int
    owner_member_id: UUID
    owner_party_id: UUID
    reported_by: UUID
    kpi_id: UUID | None
    objective_id: UUID | None
    occurred_at: datetime


class RecordReference(Body):
    """A record of any service that something is about."""

    kind: str
    id: UUID


class PostPublished(
    Event, producer="objectives", name="post_published", kind=Kind.EFFECT, aggregate="post", key="post_id"
):
    """That there is a post, for those who see its discussion. What it says is read there."""

    partnership_id: UUID
    post_id: UUID
    discussion_id: UUID
    subject: RecordReference | None
    reply_to: UUID | None
    party_id: UUID
    person_id: UUID
    mentioned_member_ids: list[UUID]
    posted_at: datetime


class MessageRecipient(Body):
    member_id: UUID
    party_id: UUID
    person_id: UUID


class MessageSent(
    Event, producer="objectives", name="message_sent", kind=Kind.EFFECT, aggregate="message", key="message_id"
):
    """By which channels whom a message goes to. Its audience is the sender's and the recipients' parties.

    `charter_version` is the charter whose protocol said so; None where that says nothing and the default holds.
    """

    partnership_id: UUID
    message_id: UUID
    type: str
    urgency: str
    channels: list[str]
    roles: list[Role]
    party_id: UUID
    person_id: UUID
    recipients: list[MessageRecipient]
    subject: RecordReference | None
    charter_version: int | None
    sent_at: datetime


class MessageAcknowledged(
    Event, producer="objectives", name="message_acknowledged", kind=Kind.EFFECT, aggregate="message", key="message_id"
):
    """`waiting` is how many of the recipients have not acknowledged it yet."""

    partnership_id: UUID
    message_id: UUID
    party_id: UUID
    person_id: UUID
    waiting: int
    acknowledged_at: datetime


class RecognitionGiven(
    Event,
    producer="objectives",
    name="recognition_given",
    kind=Kind.EFFECT,
    aggregate="recognition",
    key="recognition_id",
):
    """To a member, to a party, or to all (both None), by a person, or because a milestone was reached (then by nobody)."""

    partnership_id: UUID
    recognition_id: UUID
    title: str
    member_id: UUID | None
    party_id: UUID | None
    milestone_id: UUID | None
    given_by_party_id: UUID | None
    given_by_person_id: UUID | None
    given_at: datetime


class IdeaChanged(Event, producer="objectives", name="idea_changed", kind=Kind.STATE, aggregate="idea", key="idea_id"):
    """`became` is the objective or goal that an adopted idea led to."""

    partnership_id: UUID
    idea_id: UUID
    title: str
    text: str
    party_id: UUID
    person_id: UUID
    state: str
    supporters: int
    supporting_parties: int
    became: RecordReference | None
    reason: str | None


class SecondmentChanged(
    Event,
    producer="objectives",
    name="secondment_changed",
    kind=Kind.STATE,
    aggregate="secondment",
    key="secondment_id",
):
    """From the first day to the last, both included. It holds where the state is agreed."""

    partnership_id: UUID
    secondment_id: UUID
    seconded_person_id: UUID
    from_party_id: UUID
    to_party_id: UUID
    from_on: date
    to_on: date
    purpose: str
    state: str


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
