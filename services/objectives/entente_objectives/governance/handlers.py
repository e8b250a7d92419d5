"""What opens and ends decisions besides people: proposals of resources, and time."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.lifecycle.guard import has_ended
from entente_objectives.mandates.domain import Domain, Money
from entente_objectives.receipts.commands import VETO_WINDOW
from entente_shared.events.resources import AdjustmentProposed
from entente_shared.handling import Handlers
from entente_shared.ids import derived_id
from entente_shared.outbox import Received
from entente_shared.timers import Due, Timers

from . import commands, outcome

handlers = Handlers()
timers = Timers()


@handlers.on(AdjustmentProposed)
async def open_decision(session: AsyncSession, event: AdjustmentProposed, _received: Received) -> None:
    if await has_ended(session, event.partnership_id):
        return
    amount = Money(event.amount.amount, event.amount.currency) if event.amount else None
    decision_id = derived_id("decision", event.adjustment_id)
    subject = (Domain.ADJUSTMENT, event.adjustment_id)
    await commands.open_decision(session, event.partnership_id, decision_id, subject, amount)


@timers.on(commands.EXPIRY)
async def expire_decision(session: AsyncSession, due: Due) -> None:
    await commands.expire(session, due.partnership_id, due.subject_id, due.due_at)


@timers.on(VETO_WINDOW)
async def end_veto_window(session: AsyncSession, due: Due) -> None:
    await outcome.end_veto_window(session, due.partnership_id, due.subject_id, due.due_at)
