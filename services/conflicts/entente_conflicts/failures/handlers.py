"""Events of objectives and resources that may leave a conflict behind."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.objectives import DecisionTaken, RiskOccurred
from entente_shared.events.resources import AdjustmentInfeasible, AdjustmentProposed
from entente_shared.handling import Handlers
from entente_shared.outbox import Received

from . import commands

handlers = Handlers()


@handlers.on(DecisionTaken)
async def open_after_decision(session: AsyncSession, event: DecisionTaken, meta: Received) -> None:
    await commands.open_after_decision(session, event, meta)


@handlers.on(AdjustmentProposed)
async def open_after_proposal(session: AsyncSession, event: AdjustmentProposed, meta: Received) -> None:
    await commands.open_after_proposal(session, event, meta)


@handlers.on(AdjustmentInfeasible)
async def open_after_infeasible(session: AsyncSession, event: AdjustmentInfeasible, meta: Received) -> None:
    await commands.open_after_infeasible(session, event, meta)


@handlers.on(RiskOccurred)
async def open_after_risk(session: AsyncSession, event: RiskOccurred, meta: Received) -> None:
    await commands.open_after_risk(session, event, meta)
