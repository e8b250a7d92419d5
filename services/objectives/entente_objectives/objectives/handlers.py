"""What objectives learn from kpi."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.kpi import ProgressChanged
from entente_shared.handling import Handlers
from entente_shared.outbox import Received

from . import commands

handlers = Handlers()


@handlers.on(ProgressChanged)
async def note_progress(session: AsyncSession, event: ProgressChanged, received: Received) -> None:
    await commands.note_progress(session, event, received.version)
