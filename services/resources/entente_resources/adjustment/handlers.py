"""A KPI left its path, or came back to it; the charter that says what may be done about it has come."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.kpi import DeviationAnnulled, DeviationClosed, DeviationOpened, DeviationReopened
from entente_shared.events.objectives import CharterSigned
from entente_shared.handling import Handlers
from entente_shared.outbox import Received
from entente_shared.timers import Due, Timers

from . import commands

handlers, timers = Handlers(), Timers()


@handlers.on(DeviationOpened)
async def answer_deviation(session: AsyncSession, event: DeviationOpened, received: Received) -> None:
    await commands.answer_deviation(session, event, received.correlation_id)


@handlers.on(DeviationReopened)
async def answer_again(session: AsyncSession, event: DeviationReopened, received: Received) -> None:
    await commands.answer_again(session, event, received)


@handlers.on(DeviationClosed)
async def lapse_recovered(session: AsyncSession, event: DeviationClosed, _received: Received) -> None:
    await commands.close_deviation(session, event.partnership_id, event.deviation_id, "recovered")


@handlers.on(DeviationAnnulled)
async def lapse_annulled(session: AsyncSession, event: DeviationAnnulled, _received: Received) -> None:
    await commands.close_deviation(session, event.partnership_id, event.deviation_id, "annulled")


@handlers.on(CharterSigned)
async def search_awaiting(session: AsyncSession, event: CharterSigned, _received: Received) -> None:
    await commands.search_awaiting(session, event.partnership_id)


@timers.on(commands.TIMER)
async def search_again(session: AsyncSession, due: Due) -> None:
    await commands.search_again(session, due.partnership_id, due.subject_id)
