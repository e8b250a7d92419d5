"""Every event of every producer goes into the log."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.handling import Handlers
from entente_shared.outbox import Received

from . import commands

handlers = Handlers()


@handlers.every
async def log_event(session: AsyncSession, received: Received, data: str) -> None:
    await commands.log_event(session, received, data)
