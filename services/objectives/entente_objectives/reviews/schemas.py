"""Bodies of reviews."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Moment, Record, Span
from entente_objectives.commitments.domain import CommitmentStatus
from entente_objectives.governance.domain import Status as DecisionStatus
from entente_objectives.mandates.domain import Domain
from entente_objectives.risks.domain import RiskLevel
from entente_shared.web import Duration, LongText, Strict, Text

from . import examples

Notice = Annotated[Span, Field(ge=timedelta(0), le=timedelta(days=60))]


class ReviewSeriesCreate(Strict):
    """`rrule` follows RFC 5545 without its end, by which `starts_at` recurs in `time_zone` until `ends_at`.

    Each review is made `notice` before it is due. Every `revision_every`-th asks for the revision of the objectives (0: none).
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SERIES]})

    title: Text
    rrule: Annotated[str, Field(min_length=1, max_length=200, examples=["FREQ=MONTHLY;BYDAY=1MO"])]
    time_zone: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_+/-]+$")] = "UTC"
    starts_at: Moment
    ends_at: Moment | None = None
    notice: Notice = timedelta(0)
    revision_every: Annotated[int, Field(ge=0, le=1000)] = 0


class ReviewSeriesRead(Record):
    """`made` counts the reviews so far; `next_at` is null once there will be no other."""

    id: UUID
    title: str
    rrule: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime | None
    notice: Duration
    revision_every: int
    made: int
    next_at: datetime | None
    active: bool
    party_id: UUID
    person_id: UUID


class DeviationItem(Record):
    """`deviation` is the KPI's latest, as a ratio of the way; null where none was told of."""

    deviation_id: UUID
    kpi_id: UUID
    state: str
    opened_at: datetime
    deviation: float | None


class DecisionItem(Record):
    decision_id: UUID
    subject_kind: Domain
    status: DecisionStatus
    expires_at: datetime


class CommitmentItem(Record):
    """Broken since the review before, or past its due date."""

    commitment_id: UUID
    party_id: UUID
    what: str
    due_at: datetime
    status: CommitmentStatus


class RiskItem(Record):
    risk_id: UUID
    title: str
    exposure: int
    level: RiskLevel
    review_due_at: datetime


class BehindPlanItem(Record):
    objective_id: UUID
    title: str
    at: datetime
    progress: float
    planned: float
    deviation: float


class RevisionItem(Record):
    """An objective that is to be looked at again: whether its target and date are still the right ones."""

    objective_id: UUID
    title: str
    revision: int
    due_at: datetime
    target: float
    progress: float | None


class AgendaRead(Record):
    """As it was when the review was made."""

    deviations: list[DeviationItem]
    decisions_due: list[DecisionItem]
    commitments: list[CommitmentItem]
    overdue_risks: list[RiskItem]
    behind_plan: list[BehindPlanItem]
    revisions: list[RevisionItem]


class PartnershipReviewRead(Record):
    """`held_at` is set with the first minutes; `confirmed` is the version of them that every party confirmed."""

    id: UUID
    series_id: UUID
    number: int
    title: str
    scheduled_at: datetime
    made_at: datetime
    agenda: AgendaRead
    held_at: datetime | None
    newest: int
    confirmed: int | None


class MinutesActionBody(Strict):
    """What the owner's party will do by when; it is a commitment once every party has confirmed the minutes."""

    what: LongText
    owner_member_id: UUID
    due_at: Moment
    objective_id: UUID | None = None


class MinutesCreate(Strict):
    """`attendance` names the members who were there."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.MINUTES]})

    text: LongText
    attendance: Annotated[list[UUID], Field(min_length=1, max_length=200)]
    actions: Annotated[list[MinutesActionBody], Field(max_length=100)] = Field(default_factory=list)


class MinutesActionRead(Record):
    what: str
    owner_member_id: UUID
    due_at: datetime
    objective_id: UUID | None


class MinutesConfirmationRead(Record):
    party_id: UUID
    person_id: UUID
    confirmed_at: datetime


class MinutesRead(Record):
    """A version of the minutes; `hash` is the SHA-256 of its text, attendance and actions as RFC 8785 JSON."""

    id: UUID
    number: int
    text: str
    attendance: list[UUID]
    actions: list[MinutesActionRead]
    hash: str
    party_id: UUID
    person_id: UUID
    written_at: datetime
    confirmations: list[MinutesConfirmationRead]


class MinutesConfirm(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.CONFIRMATION]})

    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
