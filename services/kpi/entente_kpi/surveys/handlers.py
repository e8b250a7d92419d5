"""The moment at which a survey closes."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.timers import Due, Timers

from . import commands

timers = Timers()


@timers.on(commands.TIMER)
async def close(session: AsyncSession, due: Due) -> None:
    await commands.close_in_time(session, due.partnership_id, due.subject_id)
