"""What a settled case and a closed review change here."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.conflicts import CaseSettled
from entente_shared.events.kpi import ActionRequested
from entente_shared.handling import Handlers
from entente_shared.outbox import Received

from . import commands

handlers = Handlers()


@handlers.on(CaseSettled)
async def carry_out_settlement(session: AsyncSession, event: CaseSettled, _received: Received) -> None:
    await commands.carry_out(session, event)


@handlers.on(ActionRequested)
async def commit_to_action(session: AsyncSession, event: ActionRequested, _received: Received) -> None:
    commands.commit_to_action(session, event)
