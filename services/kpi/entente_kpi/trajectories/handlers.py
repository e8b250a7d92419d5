"""State events of objectives."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.objectives import TrajectoryChanged
from entente_shared.handling import Handlers
from entente_shared.outbox import Received

from . import commands

handlers = Handlers()


@handlers.on(TrajectoryChanged)
async def follow_trajectory(session: AsyncSession, event: TrajectoryChanged, meta: Received) -> None:
    await commands.follow_trajectory(session, event, meta.version)
