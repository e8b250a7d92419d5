"""An adjustment was applied; and the moment at which the samples that would verify it are overdue."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.resources import AdjustmentApplied
from entente_shared.handling import Handlers
from entente_shared.outbox import Received
from entente_shared.timers import Due, Timers

from . import commands

handlers = Handlers()
timers = Timers()


@handlers.on(AdjustmentApplied)
async def await_effect(session: AsyncSession, event: AdjustmentApplied, meta: Received) -> None:
    await commands.await_effect(session, event, meta)


@timers.on(commands.TIMER)
async def give_up(session: AsyncSession, due: Due) -> None:
    await commands.give_up(session, due.partnership_id, due.subject_id)
