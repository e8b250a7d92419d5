"""Bodies of decisions, votes and vetoes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from entente_objectives.bodies import Record
from entente_objectives.mandates.domain import Domain, Tier
from entente_objectives.terms.schemas import MandateBody
from entente_objectives.voting.domain import Choice
from entente_shared.events import DecimalText, Money
from entente_shared.web import LongText, Strict, Text

from . import facts
from .domain import Status
from .queries import Poll


class VoteCreate(Strict):
    choice: Choice
    reason: LongText | None = None


class VetoCreate(Strict):
    """`ground` is one of those that the decision's mandate lists."""

    ground: Text
    reason: LongText


class SubjectRead(Record):
    kind: Domain
    id: UUID


class ElectorRead(Record):
    member_id: UUID
    party_id: UUID
    person_id: UUID
    weight: DecimalText


class VoteRead(Record):
    """`replaced_at` is set on a vote that its author replaced before the decision closed."""

    id: UUID
    person_id: UUID
    choice: Choice
    reason: str | None
    at: datetime
    replaced_at: datetime | None


class VetoRead(Record):
    party_id: UUID
    person_id: UUID
    ground: str
    reason: str


class RaisedByRead(Record):
    """The target and the due date, if this is approved, against the first ones: what they moved by as a share of the first way
    and of the first duration. `tiers`: by how many tiers that makes the decision heavier.
    """

    rule_version: str
    target_share: float
    due_share: float
    tiers: int


class DecisionRead(Record):
    """Rules and electorate are those of the moment of opening.

    `tier` decides; it is heavier than `mandated_tier` where nobody held the role that the mandate asks for, or where
    `raised_by` says how far the goal has been moved. `passed` means that the votes approved it and its veto window is open
    until `veto_until`.
    """

    id: UUID
    subject: SubjectRead
    status: Status
    mandated_tier: Tier
    tier: Tier
    mandate: MandateBody
    charter_version: int
    amount: Money | None
    electorate: list[ElectorRead]
    votes: list[VoteRead]
    tally: dict[str, Any]
    veto: VetoRead | None
    raised_by: RaisedByRead | None
    opened_at: datetime
    expires_at: datetime
    veto_until: datetime | None
    taken_at: datetime | None
    rule_version: str
    correlation_id: UUID

    @classmethod
    def of(cls, poll: Poll) -> "DecisionRead":
        decision, opened = poll.decision, facts.opened(poll.decision, poll.electorate)
        return cls.model_validate(
            {
                **{name: getattr(decision, name) for name in cls.model_fields if hasattr(decision, name)},
                "subject": opened.subject.model_dump(),
                "amount": opened.amount,
                "electorate": [elector.model_dump() for elector in opened.electorate],
                "votes": [VoteRead.model_validate(vote) for vote in poll.votes],
                "veto": _veto(decision),
            }
        )


def _veto(decision: Any) -> VetoRead | None:
    if decision.veto_ground is None:
        return None
    return VetoRead(
        party_id=decision.veto_party_id,
        person_id=decision.veto_person_id,
        ground=decision.veto_ground,
        reason=decision.veto_reason,
    )
