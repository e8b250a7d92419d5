"""What is wrong with how a partnership decides, and what to do about it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from entente_objectives.governance.domain import ELECTORS, Bench, Seat, electorate
from entente_objectives.mandates.domain import Mandate, Tier
from entente_objectives.receipts.domain import WEEK
from entente_shared.errors import N_

# Blenko, Mankins and Rogers, Decide & Deliver (Harvard Business Press, 2010), p. 88: every person beyond seven in a
# group that decides costs a tenth of its effectiveness.
LARGEST = 7
HALF = Decimal("0.5")


class Kind(StrEnum):
    TOO_LARGE = "too_large"
    VOTELESS_PARTY = "voteless_party"
    MAJORITY_OF_ONE = "majority_of_one"
    NO_CHAIR = "no_chair"
    NOBODY_IN_TIER = "nobody_in_tier"
    NO_SUCH_COMMITTEE = "no_such_committee"
    MEETS_TOO_RARELY = "meets_too_rarely"
    VETO_OUTLASTS_EXPIRY = "veto_outlasts_expiry"
    DECISION_OVERDUE = "decision_overdue"
    DECISION_PAST_EXPIRY = "decision_past_expiry"


@dataclass(frozen=True)
class Finding:
    """`text` says what is wrong and what to do, as a template for `params`."""

    kind: Kind
    text: str
    params: dict[str, Any] = field(default_factory=dict)
    committee_id: UUID | None = None
    mandate_key: str | None = None
    decision_id: UUID | None = None
    party_id: UUID | None = None


@dataclass(frozen=True)
class PartyWeight:
    id: UUID
    name: str
    weight: Decimal


@dataclass(frozen=True)
class Body:
    """A committee as it sits now, or (without `id`) all who decide at a tier by their role."""

    name: str
    members: frozenset[UUID]
    id: UUID | None = None
    key: str | None = None
    meets_every: timedelta | None = None
    chair_id: UUID | None = None


@dataclass(frozen=True)
class OpenDecision:
    id: UUID
    opened_at: datetime
    expires_at: datetime
    committee_id: UUID | None


def bodies_by_role(mandates: Sequence[Mandate], seats: Sequence[Seat]) -> list[Body]:
    """Those who decide by the mandates that name no committee."""
    tiers = {m.tier for m in mandates if m.committee is None and m.tier is not Tier.AUTOMATIC}
    return [
        Body(tier.value, frozenset(seat.member_id for seat in seats if seat.role is ELECTORS[tier]))
        for tier in sorted(tiers, key=lambda tier: tier.rank)
    ]


def body_findings(body: Body, seats: Sequence[Seat], parties: Sequence[PartyWeight]) -> Iterator[Finding]:
    """Of those who decide together: their number, their balance and their chair."""
    sitting = [seat for seat in seats if seat.member_id in body.members]
    name = {"committee": body.name}
    if len(sitting) > LARGEST:
        text = N_(
            "{committee} has {count} members; beyond {largest}, each costs a tenth of its effectiveness (Blenko, Mankins and"
            " Rogers 2010). Leave the seats to those who decide, and invite the others as guests."
        )
        yield Finding(Kind.TOO_LARGE, text, {**name, "count": len(sitting), "largest": LARGEST}, committee_id=body.id)
    if sitting and body.id is not None and body.chair_id is None:
        text = N_("{committee} has no chair, who would call it together; name one of its members.")
        yield Finding(Kind.NO_CHAIR, text, name, committee_id=body.id)
    if sitting:
        yield from _balance(body, {seat.party_id for seat in sitting}, parties)


def _balance(body: Body, present: Collection[UUID], parties: Sequence[PartyWeight]) -> Iterator[Finding]:
    total = sum((party.weight for party in parties if party.id in present), Decimal())
    for party in parties:
        params = {"committee": body.name, "party": party.name}
        if party.id not in present:
            text = N_(
                "{party} has no vote in {committee}, and is bound by what it decides; let the party seat somebody, or narrow"
                " the mandate."
            )
            yield Finding(Kind.VOTELESS_PARTY, text, params, committee_id=body.id, party_id=party.id)
        elif len(present) > 1 and party.weight > HALF * total:
            text = N_(
                "{party} alone has the majority by weight in {committee}: nothing passes without it. Seat other parties too, or"
                " agree on other weights."
            )
            yield Finding(Kind.MAJORITY_OF_ONE, text, params, committee_id=body.id, party_id=party.id)


def mandate_findings(mandate: Mandate, bodies: Sequence[Body], seats: Sequence[Seat]) -> Iterator[Finding]:
    """Of one mandate in force: whether anybody can use it, and in its time."""
    params = {"mandate": mandate.key}
    body = next((body for body in bodies if body.id is not None and body.key == mandate.committee), None)
    if mandate.committee is not None and body is None:
        text = N_(
            "The mandate {mandate} names the committee {key}, which does not exist; set it up, or heavier tiers decide instead."
        )
        yield Finding(Kind.NO_SUCH_COMMITTEE, text, {**params, "key": mandate.committee}, mandate_key=mandate.key)
    elif mandate.tier is not Tier.AUTOMATIC:
        yield from _unmanned(mandate, body, seats, params)
    if body is not None and body.meets_every is not None and body.meets_every > mandate.expires_after:
        text = N_(
            "{committee} meets every {rhythm} days, and what it decides by the mandate {mandate} expires after {expiry} days;"
            " let it meet more often, or give the mandate more time."
        )
        days = {"rhythm": body.meets_every.days, "expiry": mandate.expires_after.days}
        named = {**params, "committee": body.name, **days}
        yield Finding(Kind.MEETS_TOO_RARELY, text, named, committee_id=body.id, mandate_key=mandate.key)
    if veto_span(mandate) > mandate.expires_after:
        text = N_(
            "By the mandate {mandate} a veto can come {veto} days after the votes, and the decision itself takes at most"
            " {expiry}; shorten deemed_after or the window."
        )
        days = {"veto": veto_span(mandate).days, "expiry": mandate.expires_after.days}
        yield Finding(Kind.VETO_OUTLASTS_EXPIRY, text, {**params, **days}, mandate_key=mandate.key)


def _unmanned(mandate: Mandate, body: Body | None, seats: Sequence[Seat], params: dict[str, Any]) -> Iterator[Finding]:
    tier, _ = electorate(mandate.tier, Bench(seats, body.members if body else None))
    if tier is not mandate.tier:
        text = N_(
            "Nobody sits in the tier {tier} that the mandate {mandate} uses, so {instead} decide instead; give somebody the"
            " role, or a seat."
        )
        named = {**params, "tier": mandate.tier, "instead": tier}
        committee_id = body.id if body else None
        yield Finding(Kind.NOBODY_IN_TIER, text, named, mandate_key=mandate.key, committee_id=committee_id)


def veto_span(mandate: Mandate) -> timedelta:
    """How long after the votes a veto can come at most, in calendar days: with all weekends that the notice may meet."""
    if mandate.veto is None or mandate.veto.deemed_after is None:
        return timedelta()
    working = mandate.veto.deemed_after.days
    weekends = (working + WEEK - 1) // WEEK
    return timedelta(days=working + 2 * weekends) + mandate.veto.window


def decision_findings(decision: OpenDecision, bodies: Sequence[Body], now: datetime) -> Iterator[Finding]:
    """Of one open decision: whether it has outlasted its time."""
    params: dict[str, Any] = {"days": (now - decision.opened_at).days}
    body = next((body for body in bodies if body.id == decision.committee_id), None)
    if now >= decision.expires_at:
        text = N_(
            "The decision is open after {days} days, past its expiry; it takes no votes. See whether the service's timers run."
        )
        yield Finding(Kind.DECISION_PAST_EXPIRY, text, params, decision_id=decision.id)
    elif body is not None and body.meets_every is not None and now - decision.opened_at > body.meets_every:
        text = N_(
            "The decision has been open for {days} days, and {committee} should have met since (every {rhythm} days); have the"
            " chair put it on the agenda, or vote."
        )
        named = {**params, "committee": body.name, "rhythm": body.meets_every.days}
        yield Finding(Kind.DECISION_OVERDUE, text, named, decision_id=decision.id, committee_id=body.id)
