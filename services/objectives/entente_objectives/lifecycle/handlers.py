"""What the lifecycle learns from conflicts."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.conflicts import CaseClosed, CaseOpened
from entente_shared.handling import Handlers
from entente_shared.outbox import Received

from . import commands

handlers = Handlers()


@handlers.on(CaseOpened)
async def note_case(session: AsyncSession, event: CaseOpened, _received: Received) -> None:
    await commands.note_case(session, event)


@handlers.on(CaseClosed)
async def note_end_of_case(session: AsyncSession, event: CaseClosed, _received: Received) -> None:
    await commands.note_end_of_case(session, event)
