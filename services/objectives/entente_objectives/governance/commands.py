"""A decision's writes: opened under frozen rules, and voted on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.charter.queries import load_agreed
from entente_objectives.committees import queries as committees
from entente_objectives.delegations import queries as delegations
from entente_objectives.mandates import domain as mandates
from entente_objectives.mandates.domain import Domain, Mandate, Money, Tier
from entente_objectives.voting import domain as voting
from entente_objectives.voting.domain import Choice, Elector
from entente_shared import timers
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from . import domain, facts, outcome, queries
from .domain import Bench, Status
from .models import Decision, DecisionElector, Vote
from .queries import Poll

EXPIRY = "decision_expiry"


async def open_decision(
    session: AsyncSession,
    partnership_id: UUID,
    decision_id: UUID,
    subject: tuple[Domain, UUID],
    amount: Money | None,
    *,
    concerns_party_id: UUID | None = None,
    at_least: Tier = Tier.AUTOMATIC,
    raised_by: dict[str, Any] | None = None,
) -> Decision:
    """Open the decision on `subject` by the mandate that covers `amount`. The automatic tier approves at once.

    `concerns_party_id` is the party whose breach, default or exit is decided on: it cannot veto. As naming a party takes that
    right from it, the heaviest tier decides then, whatever the amount. `at_least` makes a heavier tier decide (never a lighter
    one); then `raised_by` is kept to say why.
    """
    charter = await load_agreed(session, partnership_id)
    named = [mandate for mandate in charter.terms.mandates if mandate.domain is subject[0]]
    mandated = mandates.select(named, subject[0], amount if concerns_party_id is None else None)
    least = max(mandated.tier, at_least, key=lambda tier: tier.rank)
    now = await partnership_now(session, partnership_id)
    tier, electors, committee_id = await _convene(session, partnership_id, named, mandated, least, concerns_party_id)
    electors = voting.delegated(electors, await delegations.delegates(session, partnership_id, subject[0], now))
    mandate = mandates.of_tier(named, subject[0], tier) or mandated
    decision = Decision(
        partnership_id=partnership_id,
        id=decision_id,
        subject_kind=subject[0],
        subject_id=subject[1],
        concerns_party_id=concerns_party_id,
        committee_id=committee_id,
        mandated_tier=mandated.tier,
        tier=tier,
        mandate=next(text for text in charter.content["mandates"] if text["key"] == mandate.key),
        charter_version=charter.version,
        amount=amount and amount.amount,
        currency=amount and amount.currency,
        status=Status.OPEN,
        opened_at=now,
        expires_at=now + mandate.expires_after,
        veto_until=domain.veto_until_at_opening(mandate, now),
        tally=facts.tally_text(voting.tally(electors, {})),
        raised_by=raised_by if least is not mandated.tier else None,
        rule_version=voting.RULE_VERSION,
    )
    await _announce(session, decision, electors)
    return decision


async def _convene(
    session: AsyncSession,
    partnership_id: UUID,
    named: list[Mandate],
    mandated: Mandate,
    least: Tier,
    concerned: UUID | None,
) -> tuple[Tier, list[Elector], UUID | None]:
    """Who decides from the tier `least` on, and the committee that they are where it is one. Frozen from here on."""
    if least is Tier.AUTOMATIC:
        return Tier.AUTOMATIC, [], None
    committee = mandates.of_tier(named, mandated.domain, Tier.COMMITTEE)
    committee_id, members = None, None
    if committee is not None and committee.committee is not None:
        committee_id, members = await committees.of_key(session, partnership_id, committee.committee)
    silent = {tier for tier in Tier if not (mandates.of_tier(named, mandated.domain, tier) or mandated).concerned_votes}
    bench = Bench(await queries.seats(session, partnership_id), members, concerned, frozenset(silent))
    tier, electors = domain.electorate(least, bench)
    return tier, electors, committee_id if tier is Tier.COMMITTEE else None


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
            voter_id=elector.voter_id,
            member_id=elector.member_id,
            party_id=elector.party_id,
            party_weight=elector.party_weight,
        )
        for elector in electors
    )
    await session.flush()
    if decision.tier is Tier.AUTOMATIC:
        await outcome.take(session, Poll(decision, (), ()), Status.APPROVED, decision.opened_at)
    else:
        await timers.schedule(session, EXPIRY, decision.partnership_id, decision.id, decision.expires_at)


async def cast_vote(
    session: AsyncSession, decision: Decision, person_id: UUID | None, choice: Choice, reason: str | None
) -> None:
    """Count a vote in a locked decision, for all whom the person votes for; take the decision once no other vote can change it."""
    poll = await queries.load_poll(session, decision)
    now = await partnership_now(session, decision.partnership_id)
    ballots = poll.ballots(person_id)
    domain.check_vote(
        decision.status,
        now,
        decision.expires_at,
        elector=bool(ballots),
        delegated=any(elector.person_id == person_id for elector in poll.electors),
    )
    standing = {vote.person_id: vote for vote in poll.votes}
    before = [standing[ballot.person_id] for ballot in ballots if ballot.person_id in standing]
    if len(before) == len(ballots) and all((vote.choice, vote.reason) == (choice, reason) for vote in before):
        return
    for vote in before:
        vote.replaced_at = now
    await session.flush()
    session.add_all(
        Vote(
            partnership_id=decision.partnership_id,
            id=new_id(),
            decision_id=decision.id,
            person_id=ballot.person_id,
            cast_by=ballot.voter_id,
            choice=choice,
            reason=reason,
            at=now,
        )
        for ballot in ballots
    )
    await session.flush()
    poll = await queries.load_poll(session, decision)
    result = voting.tally(poll.electorate, poll.choices)
    decision.tally = facts.tally_text(result)
    verdict = voting.conclude(poll.mandate, result)
    if verdict is not None:
        await outcome.settle(session, poll, verdict, now)


async def expire(session: AsyncSession, partnership_id: UUID, decision_id: UUID, due_at: datetime) -> None:
    """Take a decision whose time has run out, as of that moment."""
    decision = await queries.load_decision(session, partnership_id, decision_id, lock=True)
    if decision.status is Status.OPEN:
        poll = await queries.load_poll(session, decision)
        verdict = voting.conclude_at_expiry(poll.mandate, voting.tally(poll.electorate, poll.choices))
        await outcome.settle(session, poll, verdict, due_at)
