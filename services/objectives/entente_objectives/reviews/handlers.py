"""What makes reviews, and what their agenda learns from kpi."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.kpi import DeviationChanged
from entente_shared.handling import Handlers
from entente_shared.outbox import Received
from entente_shared.timers import Due, Timers

from . import commands

handlers = Handlers()
timers = Timers()


@handlers.on(DeviationChanged)
async def note_deviation(session: AsyncSession, event: DeviationChanged, received: Received) -> None:
    await commands.note_deviation(session, event, received.version)


@timers.on(commands.DUE)
async def make_review(session: AsyncSession, due: Due) -> None:
    await commands.make_review(session, due.partnership_id, due.subject_id, due.due_at)
