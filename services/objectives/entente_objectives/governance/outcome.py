"""How a decision ends: passed with its veto windows open, and taken once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.mandates.domain import Domain
from entente_objectives.objectives import commands as objectives
from entente_objectives.objectives.commands import Reason
from entente_objectives.receipts import commands as receipts
from entente_objectives.receipts.domain import counts_receipts
from entente_objectives.voting.domain import Verdict
from entente_shared import timers
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from . import domain, facts, queries
from .domain import Status
from .models import Decision
from .queries import Poll


async def settle(session: AsyncSession, poll: Poll, verdict: Verdict, now: datetime) -> None:
    """Act on a verdict: final at once, unless somebody can still veto it."""
    decision = poll.decision
    if verdict is Verdict.PASSED:
        decision.passed_at = now
        if counts_receipts(poll.mandate):
            await receipts.give_notice(session, poll, now)
    status = domain.finalise(verdict, now, decision.veto_until)
    if status is Status.PASSED:
        assert decision.veto_until is not None, "only an open veto window keeps a decision from being final"
        decision.status = status
        await timers.schedule(session, receipts.VETO_WINDOW, decision.partnership_id, decision.id, decision.veto_until)
    else:
        await take(session, poll, status, now)


async def end_veto_window(session: AsyncSession, partnership_id: UUID, decision_id: UUID, due_at: datetime) -> None:
    """Make final what passed and was not vetoed by any party while its window was open."""
    decision = await queries.load_decision(session, partnership_id, decision_id, lock=True)
    if decision.status is Status.PASSED:
        await take(session, await queries.load_poll(session, decision), Status.APPROVED, due_at)


async def veto(
    session: AsyncSession, decision: Decision, party_id: UUID, person_id: UUID, *, ground: str, reason: str
) -> None:
    """End a locked decision on one of the charter's grounds."""
    poll = await queries.load_poll(session, decision)
    now = await partnership_now(session, decision.partnership_id)
    domain.check_not_concerned(party_id, decision.concerns_party_id)
    domain.check_veto(poll.mandate, decision.status, now, poll.veto_until(party_id), ground)
    decision.veto_ground, decision.veto_reason = ground, reason
    decision.veto_party_id, decision.veto_person_id = party_id, person_id
    await take(session, poll, Status.VETOED, now)


async def take(session: AsyncSession, poll: Poll, status: Status, at: datetime) -> None:
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
