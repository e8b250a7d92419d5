"""Effect events of every service that a case may be filled with."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import Event, kpi, objectives, resources
from entente_shared.handling import Handlers
from entente_shared.outbox import Received

from . import commands

REMEMBERED: tuple[type[Event], ...] = (
    kpi.DeviationOpened,
    kpi.DeviationClosed,
    kpi.DeviationAnnulled,
    kpi.AdjustmentVerified,
    kpi.AdjustmentNotVerified,
    resources.AdjustmentProposed,
    resources.AdjustmentSuppressed,
    resources.AdjustmentInfeasible,
    resources.AdjustmentApplied,
    resources.AdjustmentRolledBack,
    objectives.DecisionOpened,
    objectives.DecisionTaken,
    objectives.RiskOccurred,
)
handlers = Handlers()


async def remember(session: AsyncSession, event: Event, meta: Received) -> None:
    await commands.remember(session, event, meta)


for contract in REMEMBERED:
    handlers.on(contract)(remember)
