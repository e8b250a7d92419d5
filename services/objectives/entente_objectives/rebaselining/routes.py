"""Asking for another path over HTTP."""

from fastapi import Request, Response

from entente_objectives.objectives.queries import LoadedObjective, LockedObjective
from entente_shared.events.objectives import Role
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, check_if_match

from . import commands, queries
from .schemas import RebaselineCreate, RebaselineRead

router = Router(tags=["objectives"])
REBASELINES = "/partnerships/{partnership_id}/objectives/{objective_id}/rebaselines"


@router.post(REBASELINES, status_code=202, operation_id="objectives_request_rebaseline")
async def request_rebaseline(
    *,
    body: RebaselineCreate,
    objective: LockedObjective,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> RebaselineRead:
    """Ask for another path (sponsors and alliance managers). `Location` is the decision on it."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    assert member.caller.person_id is not None, "a system holds no role"
    check_if_match(request, objective.version)
    asked = await commands.request_rebaseline(
        session,
        objective,
        member.caller.person_id,
        baseline=body.baseline,
        target=body.target,
        due_at=body.due_at,
        reason=body.reason,
    )
    response.headers["Location"] = f"/v1/partnerships/{member.partnership_id}/decisions/{asked.decision_id}"
    return await queries.read(session, asked)


@router.get(REBASELINES, operation_id="objectives_list_rebaselines")
async def list_rebaselines(
    objective: LoadedObjective, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[RebaselineRead]:
    """What was asked for, and what became of it."""
    items, next_cursor = await queries.list_rebaselines(session, objective, cursor, limit)
    return Page(items=items, next_cursor=next_cursor)
