"""Bodies of decisions, votes and vetoes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict

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
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"choice": "yes", "reason": "The patrols go where the accidents are"}]}
    )

    choice: Choice
    reason: LongText | None = None


class VetoCreate(Strict):
    """`ground` is one of those that the decision's mandate lists."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"ground": "safety", "reason": "The northern road would be without any patrol at night"}]
        }
    )

    ground: Text
    reason: LongText


class SubjectRead(Record):
    kind: Domain
    id: UUID


class ElectorRead(Record):
    """`voter_id` casts the vote: another person of the party where it was delegated when the decision opened."""

    member_id: UUID
    party_id: UUID
    person_id: UUID
    weight: DecimalText
    voter_id: UUID


class VoteRead(Record):
    """The vote of `person_id`, cast by themselves or by their delegate.

    `replaced_at` is set on one that another replaced before the decision closed.
    """

    id: UUID
    person_id: UUID
    cast_by: UUID
    choice: Choice
    reason: str | None
    at: datetime
    replaced_at: datetime | None


class VetoRead(Record):
    party_id: UUID
    person_id: UUID
    ground: str
    reason: str


class NoticeRead(Record):
    """Since `given_at` the party counts as told: its receipt, or `deemed_at`. It may veto until `veto_until`."""

    party_id: UUID
    deemed_at: datetime
    received_at: datetime | None
    person_id: UUID | None
    given_at: datetime
    veto_until: datetime


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
    `raised_by` says how far the goal has been moved. `passed` means that the votes approved it, and that some party may veto it
    until `veto_until`. Where the mandate counts receipts, `notices` has each party's own window.
    """

    id: UUID
    subject: SubjectRead
    status: Status
    concerns_party_id: UUID | None
    committee_id: UUID | None
    mandated_tier: Tier
    tier: Tier
    mandate: MandateBody
    charter_version: int
    amount: Money | None
    electorate: list[ElectorRead]
    votes: list[VoteRead]
    tally: dict[str, Any]
    veto: VetoRead | None
    notices: list[NoticeRead]
    raised_by: RaisedByRead | None
    opened_at: datetime
    expires_at: datetime
    veto_until: datetime | None
    passed_at: datetime | None
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
                "notices": _notices(poll),
            }
        )


def _notices(poll: Poll) -> list[dict[str, Any]]:
    return [
        {
            "party_id": row.party_id,
            "deemed_at": row.deemed_at,
            "received_at": row.received_at,
            "person_id": row.person_id,
            "given_at": notice.given_at,
            "veto_until": poll.veto_until(row.party_id),
        }
        for row, notice in zip(poll.notices, poll.told, strict=True)
    ]


def _veto(decision: Any) -> VetoRead | None:
    if decision.veto_ground is None:
        return None
    return VetoRead(
        party_id=decision.veto_party_id,
        person_id=decision.veto_person_id,
        ground=decision.veto_ground,
        reason=decision.veto_reason,
    )
