"""A KPI left its path, or came back to it."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.kpi import DeviationAnnulled, DeviationClosed, DeviationOpened, DeviationReopened
from entente_shared.handling import Handlers
from entente_shared.outbox import Received

from . import commands

handlers = Handlers()


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
