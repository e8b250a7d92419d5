"""A decision was taken, a verification ended, a case was settled."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.conflicts import CaseSettled
from entente_shared.events.kpi import AdjustmentNotVerified, AdjustmentVerified
from entente_shared.events.objectives import DecisionTaken
from entente_shared.handling import Handlers
from entente_shared.outbox import Received

from . import commands, settling

handlers = Handlers()


@handlers.on(DecisionTaken)
async def carry_out_decision(session: AsyncSession, event: DecisionTaken, _received: Received) -> None:
    await commands.take_decision(session, event)


@handlers.on(AdjustmentVerified)
async def confirm(session: AsyncSession, event: AdjustmentVerified, _received: Received) -> None:
    await commands.verify(session, event)


@handlers.on(AdjustmentNotVerified)
async def roll_back(session: AsyncSession, event: AdjustmentNotVerified, _received: Received) -> None:
    await commands.answer_failure(session, event)


@handlers.on(CaseSettled)
async def carry_out_settlement(session: AsyncSession, event: CaseSettled, received: Received) -> None:
    await settling.settle_case(session, event, received.correlation_id)
