"""Every event of every producer goes into the log."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.handling import Handlers, Texts

from . import commands

handlers = Handlers()


@handlers.every
async def log_events(session: AsyncSession, together: Texts) -> None:
    await commands.log_events(session, together)
