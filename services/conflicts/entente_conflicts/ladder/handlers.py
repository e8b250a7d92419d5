"""Limits of levels that pass on the partnership clock."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.timers import Due, Timers

from . import commands

timers = Timers()


@timers.on(commands.LIMIT)
async def climb_ladder(session: AsyncSession, due: Due) -> None:
    await commands.pass_limit(session, due)
