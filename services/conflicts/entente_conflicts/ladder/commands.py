"""A case on its ladder: it enters, climbs when a limit passes, and climbs when a person asks."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared import timers
from entente_shared.events.conflicts import LevelReached

from ..cases import commands as case_commands
from ..cases import queries as case_queries
from ..cases.domain import Actor, CaseState, require_open
from ..cases.models import Case
from ..charter import queries as charter
from . import domain, queries
from .domain import Reason, Standing
from .models import CaseStep

LIMIT = "ladder_limit"


async def stand(
    session: AsyncSession,
    case: Case,
    standing: Standing,
    reason: Reason,
    *,
    note: str | None = None,
    person_id: UUID | None = None,
) -> None:
    """Put a case on a level: the case, its history, the event and the timer of the level's limit."""
    name = case.ladder[standing.level - 1]["name"]
    case.step, case.level = standing.step, standing.level
    case.reached_at, case.due_at = standing.reached_at, standing.due_at
    at = {
        "partnership_id": case.partnership_id,
        "case_id": case.id,
        "step": standing.step,
        "level": standing.level,
        "name": name,
        "reached_at": standing.reached_at,
        "due_at": standing.due_at,
    }
    session.add(CaseStep(**at, reason=reason, note=note, person_id=person_id))
    case_commands.tell(session, case, LevelReached(**at))
    await _time(session, case)


async def escalate(session: AsyncSession, case: Case, reason: str, actor: Actor) -> None:
    """Have a locked case climb one level now, because a person asks for it."""
    require_open(case.state)
    held = await charter.roles_held(session, case.partnership_id)
    now = await timers.partnership_now(session, case.partnership_id)
    standing = domain.climb_on_request(queries.thaw(case.ladder), _standing(case), held, now)
    await stand(session, case, standing, Reason.REQUEST, note=reason, person_id=actor.person_id)


async def pass_limit(session: AsyncSession, due: timers.Due) -> None:
    """Climb one level because its limit passed. A timer that is not the present level's says nothing.

    Whoever holds the case may be waiting for the timer that is held here: so this does not wait, and is tried again.
    """
    case = await case_queries.locked(session, due.partnership_id, due.subject_id, nowait=True)
    if case.state is not CaseState.OPEN or case.due_at != due.due_at:
        return
    held = await charter.roles_held(session, case.partnership_id)
    standing = domain.climb_on_limit(queries.thaw(case.ladder), _standing(case), held)
    if standing is not None:
        await stand(session, case, standing, Reason.LIMIT)


async def stop(session: AsyncSession, case: Case) -> None:
    """No limit runs any more: the case is settled."""
    case.due_at = None
    await _time(session, case)


async def _time(session: AsyncSession, case: Case) -> None:
    if case.due_at is None:
        await timers.cancel(session, LIMIT, case.partnership_id, case.id)
    else:
        await timers.schedule(session, LIMIT, case.partnership_id, case.id, case.due_at)


def _standing(case: Case) -> Standing:
    return Standing(case.step, case.level, case.reached_at, case.due_at)
