"""A party disputes samples of a KPI, or no longer does."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.kpi import ContestChanged
from entente_shared.handling import Handlers
from entente_shared.outbox import Received

from . import commands

handlers = Handlers()


@handlers.on(ContestChanged)
async def follow_contest(session: AsyncSession, event: ContestChanged, received: Received) -> None:
    await commands.follow_contest(session, event, received.version)
