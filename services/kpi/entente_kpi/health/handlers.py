"""What the health of a partnership depends on, and the moments at which it is looked at."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.conflicts import CaseClosed, CaseOpened, LevelReached
from entente_shared.events.objectives import CommitmentResolved
from entente_shared.events.resources import AllocationPublished
from entente_shared.handling import Handlers
from entente_shared.outbox import Received
from entente_shared.timers import Due, Timers

from . import commands
from .domain import TIMER

handlers = Handlers()
timers = Timers()


@handlers.on(CaseOpened)
async def note_case(session: AsyncSession, event: CaseOpened, _meta: Received) -> None:
    await commands.note_case(session, event)


@handlers.on(LevelReached)
async def note_level(session: AsyncSession, event: LevelReached, _meta: Received) -> None:
    await commands.note_level(session, event)


@handlers.on(CaseClosed)
async def drop_case(session: AsyncSession, event: CaseClosed, _meta: Received) -> None:
    await commands.drop_case(session, event)


@handlers.on(AllocationPublished)
async def note_allocation(session: AsyncSession, event: AllocationPublished, _meta: Received) -> None:
    await commands.note_allocation(session, event)


@handlers.on(CommitmentResolved)
async def note_commitment(session: AsyncSession, event: CommitmentResolved, _meta: Received) -> None:
    await commands.note_commitment(session, event)


@timers.on(TIMER)
async def reassess(session: AsyncSession, due: Due) -> None:
    await commands.reassess(session, due.partnership_id, armed=due.subject_id == due.partnership_id)
