"""Bodies of commitments."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_objectives.bodies import Moment, Record, Span
from entente_shared.web import Duration, LongText, Strict, Text

from .domain import GRACE, ChangeKind, CommitmentStatus, Part

Members = Annotated[list[UUID], Field(max_length=100)]
Grace = Annotated[Span, Field(ge=timedelta(0), le=timedelta(days=90))]


class CommitmentCreate(Strict):
    """What your party will do by when. `owner_member_id` is the one accountable; a member has one other part at most.

    Without a declaration it counts as broken once `grace` is over; one that nobody contradicts for as long holds.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "what": "Two more patrols on the A6",
                    "due_at": "2026-06-30T22:00:00Z",
                    "owner_member_id": "01939f60-1c11-7e51-a031-92437ebf5001",
                    "informed": ["01939f60-1c12-7e52-a032-92437ebf5002"],
                    "grace": "P7D",
                    "kpi_id": "01939f61-2d01-7f61-b141-a3548fc06001",
                }
            ]
        }
    )

    what: Annotated[LongText, Field(examples=["Two more patrols on the A6"])]
    due_at: Moment
    owner_member_id: UUID
    responsible: Members = Field(default_factory=list)
    consulted: Members = Field(default_factory=list)
    informed: Members = Field(default_factory=list)
    grace: Grace = GRACE
    kpi_id: UUID | None = None
    objective_id: UUID | None = None


class CommitmentPatch(Strict):
    """What is left out stays; the three parts are given together. The own party says who keeps it; another one rewords it
    or puts it off.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "The vans come two weeks later", "due_at": "2026-07-14T22:00:00Z"}]}
    )

    reason: Text
    what: LongText | None = None
    due_at: Moment | None = None
    owner_member_id: UUID | None = None
    responsible: Members | None = None
    consulted: Members | None = None
    informed: Members | None = None


class DeclarationCreate(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "Both patrols have been driving since 8 June"}]})

    note: LongText | None = None


class CommitmentConfirm(Strict):
    """`accepted: false` contradicts the declaration, and says why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"accepted": False, "note": "Only one patrol is on the road so far"}]}
    )

    accepted: bool
    note: LongText | None = None


class WaiverCreate(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The A6 is closed for works all summer"}]})

    reason: LongText


class CommitmentRead(Record):
    """What a party will do by when, and what it comes from: a settled case, a variance review, a review, or a member.

    `owner_member_id` is who of the party answers for it; `kpi_id` and `objective_id` say for the sake of what.
    `decides_at` is when silence decides.
    """

    id: UUID
    party_id: UUID
    case_id: UUID | None
    settlement_id: UUID | None
    review_id: UUID | None
    checkpoint_id: UUID | None
    owner_member_id: UUID | None
    kpi_id: UUID | None
    objective_id: UUID | None
    what: str
    due_at: datetime
    made_at: datetime
    responsible: list[UUID]
    consulted: list[UUID]
    informed: list[UUID]
    grace: Duration
    status: CommitmentStatus
    declared_at: datetime | None
    decides_at: datetime
    resolved_at: datetime | None
    resolved_by_party_id: UUID | None


class CommitmentChangeRead(Record):
    """`said` is what the commitment says after the change."""

    id: UUID
    kind: ChangeKind
    at: datetime
    party_id: UUID | None
    person_id: UUID | None
    note: str | None
    said: dict[str, Any]


class ReliabilityPartRead(Record):
    count: int
    weight: float


class ReliabilityRead(Record):
    """`index` is the lower bound at 95 % of the `share` kept on time, where older commitments weigh less.

    `observations` is how many equally weighing ones they are worth. Null where no commitment has come to its end yet.
    """

    party_id: UUID
    name: str
    index: float | None
    share: float | None
    observations: float
    parts: dict[str, ReliabilityPartRead]
    open: int
    overdue: int
    waived: int


class ReliabilityList(Record):
    half_life: Duration
    rule_version: str
    items: list[ReliabilityRead]


def parts_of(body: CommitmentCreate | CommitmentPatch) -> dict[UUID, Part]:
    """The members' parts; a member named twice has the first."""
    named = {part: getattr(body, part.value) or [] for part in reversed(Part)}
    return {member_id: part for part, members in named.items() for member_id in members}
