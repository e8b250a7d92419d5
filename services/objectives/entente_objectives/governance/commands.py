"""A decision's writes: opened under frozen rules, voted on, vetoed, and taken once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.charter.queries import load_agreed
from entente_objectives.mandates import domain as mandates
from entente_objectives.mandates.domain import Domain, Money, Tier
from entente_objectives.objectives import commands as objectives
from entente_objectives.objectives.commands import Reason
from entente_objectives.voting import domain as voting
from entente_objectives.voting.domain import Choice, Elector, Verdict
from entente_shared import timers
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from . import domain, facts, queries
from .domain import Status
from .models import Decision, DecisionElector, Vote
from .queries import Poll

EXPIRY, VETO_WINDOW = "decision_expiry", "veto_window"


async def open_decision(
    session: AsyncSession,
    partnership_id: UUID,
    decision_id: UUID,
    subject: tuple[Domain, UUID],
    amount: Money | None,
    at_least: Tier = Tier.AUTOMATIC,
    raised_by: dict[str, Any] | None = None,
) -> Decision:
    """Open the decision on `subject` by the mandate that covers `amount`. The automatic tier approves at once.

    `at_least` makes a heavier tier decide (never a lighter one); then `raised_by` is kept to say why.
    """
    charter = await load_agreed(session, partnership_id)
    mandated = mandates.select(charter.terms.mandates, subject[0], amount)
    tier, electors = max(mandated.tier, at_least, key=lambda tier: tier.rank), list[Elector]()
    raised = tier is not mandated.tier
    if tier is not Tier.AUTOMATIC:
        tier, electors = domain.electorate(tier, await queries.seats(session, partnership_id))
    mandate = mandates.of_tier(charter.terms.mandates, subject[0], tier) or mandated
    now = await partnership_now(session, partnership_id)
    decision = Decision(
        partnership_id=partnership_id,
        id=decision_id,
        subject_kind=subject[0],
        subject_id=subject[1],
        mandated_tier=mandated.tier,
        tier=tier,
        mandate=next(text for text in charter.content["mandates"] if text["key"] == mandate.key),
        charter_version=charter.version,
        amount=amount and amount.amount,
        currency=amount and amount.currency,
        status=Status.OPEN,
        opened_at=now,
        expires_at=now + mandate.expires_after,
        veto_until=now + mandate.veto.window if mandate.veto else None,
        tally=facts.tally_text(voting.tally(electors, {})),
        raised_by=raised_by if raised else None,
        rule_version=voting.RULE_VERSION,
    )
    await _announce(session, decision, electors)
    return decision


async def _announce(session: AsyncSession, decision: Decision, electors: list[Elector]) -> None:
    decision.opened_event_id = publish(session, facts.opened(decision, electors))
    decision.correlation_id = facts.correlation() or decision.opened_event_id
    session.add(decision)
    await session.flush()
    session.add_all(
        DecisionElector(
            partnership_id=decision.partnership_id,
            decision_id=decision.id,
            person_id=elector.person_id,
            member_id=elector.member_id,
            party_id=elector.party_id,
            party_weight=elector.party_weight,
        )
        for elector in electors
    )
    await session.flush()
    if decision.tier is Tier.AUTOMATIC:
        await _take(session, Poll(decision, (), ()), Status.APPROVED, decision.opened_at)
    else:
        await timers.schedule(session, EXPIRY, decision.partnership_id, decision.id, decision.expires_at)


async def cast_vote(
    session: AsyncSession, decision: Decision, person_id: UUID | None, choice: Choice, reason: str | None
) -> None:
    """Count a vote in a locked decision, and take the decision once no other vote can change it."""
    poll = await queries.load_poll(session, decision)
    elector = poll.elector(person_id)
    now = await partnership_now(session, decision.partnership_id)
    domain.check_vote(decision.status, now, decision.expires_at, elector=elector is not None)
    assert elector is not None, "strangers were refused"
    standing = next((vote for vote in poll.votes if vote.person_id == elector.person_id), None)
    if standing is not None and (standing.choice, standing.reason) == (choice, reason):
        return
    if standing is not None:
        standing.replaced_at = now
        await session.flush()
    session.add(
        Vote(
            partnership_id=decision.partnership_id,
            id=new_id(),
            decision_id=decision.id,
            person_id=elector.person_id,
            choice=choice,
            reason=reason,
            at=now,
        )
    )
    await session.flush()
    poll = await queries.load_poll(session, decision)
    result = voting.tally(poll.electorate, poll.choices)
    decision.tally = facts.tally_text(result)
    verdict = voting.conclude(poll.mandate, result)
    if verdict is not None:
        await _settle(session, poll, verdict, now)


async def expire(session: AsyncSession, partnership_id: UUID, decision_id: UUID, due_at: datetime) -> None:
    """Take a decision whose time has run out, as of that moment."""
    decision = await queries.load_decision(session, partnership_id, decision_id, lock=True)
    if decision.status is Status.OPEN:
        poll = await queries.load_poll(session, decision)
        verdict = voting.conclude_at_expiry(poll.mandate, voting.tally(poll.electorate, poll.choices))
        await _settle(session, poll, verdict, due_at)


async def end_veto_window(session: AsyncSession, partnership_id: UUID, decision_id: UUID, due_at: datetime) -> None:
    """Make final what passed and was not vetoed."""
    decision = await queries.load_decision(session, partnership_id, decision_id, lock=True)
    if decision.status is Status.PASSED:
        await _take(session, await queries.load_poll(session, decision), Status.APPROVED, due_at)


async def veto(
    session: AsyncSession, decision: Decision, party_id: UUID, person_id: UUID, *, ground: str, reason: str
) -> None:
    """End a locked decision on one of the charter's grounds."""
    poll = await queries.load_poll(session, decision)
    now = await partnership_now(session, decision.partnership_id)
    domain.check_veto(poll.mandate, decision.status, now, decision.veto_until, ground)
    decision.veto_ground, decision.veto_reason = ground, reason
    decision.veto_party_id, decision.veto_person_id = party_id, person_id
    await _take(session, poll, Status.VETOED, now)


async def _settle(session: AsyncSession, poll: Poll, verdict: Verdict, now: datetime) -> None:
    decision = poll.decision
    status = domain.finalise(verdict, now, decision.veto_until)
    if status is Status.PASSED:
        assert decision.veto_until is not None, "only an open veto window keeps a decision from being final"
        decision.status = status
        await timers.schedule(session, VETO_WINDOW, decision.partnership_id, decision.id, decision.veto_until)
    else:
        await _take(session, poll, status, now)


async def _take(session: AsyncSession, poll: Poll, status: Status, at: datetime) -> None:
    """Close the decision, tell of it, and carry out what is ours to carry out."""
    decision = poll.decision
    decision.status, decision.taken_at = status, at
    event_id = publish(
        session,
        facts.taken(poll),
        correlation_id=decision.correlation_id,
        causation_id=decision.opened_event_id,
    )
    if status is Status.APPROVED and decision.subject_kind is Domain.REBASELINE:
        reason = Reason(
            f"Decision {decision.id}",
            decision_id=decision.id,
            correlation_id=decision.correlation_id,
            causation_id=event_id,
        )
        await objectives.carry_out_rebaseline(session, decision.partnership_id, decision.subject_id, reason, at)
