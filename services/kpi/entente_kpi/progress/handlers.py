"""The second between two publications of a KPI's progress has passed."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.timers import Due, Timers

from ..evaluation import queries as evaluation
from . import commands

timers = Timers()


@timers.on(commands.TIMER)
async def publish_held_back(session: AsyncSession, due: Due) -> None:
    tracked = await evaluation.lock_one(session, due.partnership_id, due.subject_id)
    if tracked:
        await commands.publish_held_back(session, tracked)
