"""What a settled case and a closed review change here, and what silence decides."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.lifecycle.guard import has_ended
from entente_shared.events.conflicts import CaseSettled
from entente_shared.events.kpi import ActionRequested
from entente_shared.handling import Handlers
from entente_shared.outbox import Received
from entente_shared.timers import Due, Timers

from . import commands, origins, resolving

handlers = Handlers()
timers = Timers()


@handlers.on(CaseSettled)
async def carry_out_settlement(session: AsyncSession, event: CaseSettled, _received: Received) -> None:
    if not await has_ended(session, event.partnership_id):
        await origins.carry_out(session, event)


@handlers.on(ActionRequested)
async def commit_to_action(session: AsyncSession, event: ActionRequested, _received: Received) -> None:
    if not await has_ended(session, event.partnership_id):
        await origins.commit_to_action(session, event)


@timers.on(commands.DUE)
async def let_silence_decide(session: AsyncSession, due: Due) -> None:
    await resolving.let_silence_decide(session, due.partnership_id, due.subject_id, due.due_at)
