"""One rule for every write of every slice: a partnership that has ended is only read.

Writes share a lock of the partnership that entering a stage takes alone: so what a stage's conditions were checked
against is what holds when it is entered, and no write that had begun before an exit comes to its end after it.
"""

from uuid import UUID

from fastapi import Request
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.partnerships.domain import Stage
from entente_objectives.partnerships.models import Partnership
from entente_shared.events.objectives import Role
from entente_shared.web import load_member

from .domain import check_open

TRANSITIONS = "/lifecycle/transitions"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


async def refuse_after_exit(request: Request) -> None:
    """Raises PartnershipEnded. Who is in no such partnership passes, and is told by the route that there is none."""
    named = request.path_params.get("partnership_id")
    if request.method in _SAFE or named is None:
        return
    try:
        partnership_id = UUID(str(named))
    except ValueError:
        return  # the route says what is wrong with it
    alone = request.url.path.endswith(TRANSITIONS)
    if alone:  # nobody holds up every write who may not enter a stage; the route asks again, after the lock
        member = await load_member(request.state.session, request.state.caller, partnership_id)
        member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    await require_open(request.state.session, partnership_id, alone=alone)


async def require_open(session: AsyncSession, partnership_id: UUID, *, alone: bool = False) -> None:
    """Raises PartnershipEnded; else holds off an exit (`alone`: every other write) until the transaction ends."""
    stage = await _held_stage(session, partnership_id, alone=alone)
    if stage is not None:
        check_open(stage)


async def has_ended(session: AsyncSession, partnership_id: UUID) -> bool:
    """For what other services tell of: nothing begins any more in a partnership that has ended. Else holds off an exit."""
    return await _held_stage(session, partnership_id) is Stage.EXIT


async def _held_stage(session: AsyncSession, partnership_id: UUID, *, alone: bool = False) -> Stage | None:
    lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
    key = func.hashtextextended(f"lifecycle/{partnership_id}", 0)
    # Who does not see the partnership locks nothing. What holds is read after the lock, not by the statement that waited.
    await session.execute(select(lock(key)).where(Partnership.partnership_id == partnership_id))
    statement = select(Partnership.stage).where(Partnership.partnership_id == partnership_id)
    return (await session.execute(statement)).scalar_one_or_none()
