"""State events of objectives that conflicts keep a projection of."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import objectives
from entente_shared.handling import Handlers
from entente_shared.outbox import Received

from . import commands

handlers = Handlers()


@handlers.on(objectives.CharterSigned)
async def follow_charter(session: AsyncSession, event: objectives.CharterSigned, meta: Received) -> None:
    await commands.follow_charter(session, event, meta.version)


@handlers.on(objectives.PartnershipChanged)
async def follow_parties(session: AsyncSession, event: objectives.PartnershipChanged, meta: Received) -> None:
    await commands.follow_parties(session, event, meta.version)


@handlers.on(objectives.TrajectoryChanged)
async def follow_objective(session: AsyncSession, event: objectives.TrajectoryChanged, meta: Received) -> None:
    await commands.follow_objective(session, event, meta.version)
