"""Something that a KPI is computed from has changed."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.timers import Due, Timers

from ..formulas.commands import TIMER
from . import commands

timers = Timers()


@timers.on(TIMER)
async def compute_derived(session: AsyncSession, due: Due) -> None:
    await commands.compute_next(session, due.partnership_id)
