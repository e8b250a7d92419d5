"""The moment at which a KPI would fall silent."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.timers import Due, Timers

from ..evaluation import queries as evaluation
from . import commands

timers = Timers()


@timers.on(commands.TIMER)
async def look_again(session: AsyncSession, due: Due) -> None:
    tracked = await evaluation.lock_one(session, due.partnership_id, due.subject_id)
    if tracked:
        await commands.look_again(session, tracked)
