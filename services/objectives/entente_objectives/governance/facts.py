"""What the other services are told of a decision."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from entente_objectives.voting.domain import Count, Elector, Tally, member_weights
from entente_shared.events import Money
from entente_shared.events import objectives as events
from entente_shared.outbox import handling

from .models import Decision
from .queries import Poll


def decimal_of(value: Fraction) -> Decimal:
    """The fraction as a decimal of at most 28 digits; thirds are rounded here, and nowhere in the count."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def _text(value: Fraction) -> str:
    return format(decimal_of(value).normalize(), "f")


def tally_text(tally: Tally) -> dict[str, Any]:
    def counts(count: Count) -> dict[str, str]:
        return {
            "yes": _text(count.yes),
            "no": _text(count.no),
            "abstain": _text(count.abstain),
            "electorate": _text(count.electorate),
        }

    return {"weight": counts(tally.weight), "party": counts(tally.party)}


def correlation() -> UUID | None:
    """The saga of the event that is being handled, if one is."""
    received = handling.get()
    return received.correlation_id if received else None


def amount_of(decision: Decision) -> Money | None:
    if decision.amount is None or decision.currency is None:
        return None
    return Money(amount=decision.amount, currency=decision.currency)


def _subject(decision: Decision) -> events.Subject:
    return events.Subject(kind=events.SubjectKind(decision.subject_kind), id=decision.subject_id)


def opened(decision: Decision, electors: list[Elector]) -> events.DecisionOpened:
    weights = member_weights(electors)
    return events.DecisionOpened(
        partnership_id=decision.partnership_id,
        decision_id=decision.id,
        subject=_subject(decision),
        tier=events.Tier(decision.tier),
        mandate=events.Mandate.model_validate(decision.mandate),
        amount=amount_of(decision),
        electorate=[
            events.Elector(
                member_id=elector.member_id,
                party_id=elector.party_id,
                person_id=elector.person_id,
                weight=decimal_of(weights[elector.person_id]),
                voter_id=elector.voter_id,
            )
            for elector in electors
        ],
        opened_at=decision.opened_at,
        expires_at=decision.expires_at,
        committee_id=decision.committee_id,
        concerns_party_id=decision.concerns_party_id,
        rule_version=decision.rule_version,
    )


def taken(poll: Poll) -> events.DecisionTaken:
    decision = poll.decision
    assert decision.taken_at is not None, "told of once it is taken"
    members = {elector.person_id: elector for elector in poll.electors}
    return events.DecisionTaken(
        partnership_id=decision.partnership_id,
        decision_id=decision.id,
        subject=_subject(decision),
        outcome=events.Outcome(decision.status.value),
        tier=events.Tier(decision.tier),
        amount=amount_of(decision),
        votes=[
            events.Vote(
                member_id=members[vote.person_id].member_id,
                party_id=members[vote.person_id].party_id,
                choice=vote.choice,
                reason=vote.reason,
                at=vote.at,
                cast_by=vote.cast_by,
            )
            for vote in poll.votes
        ],
        tally=decision.tally,
        grounds=decision.veto_ground,
        taken_at=decision.taken_at,
        rule_version=decision.rule_version,
    )
