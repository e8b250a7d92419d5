"""Goals over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from entente_objectives.bodies import page_of
from entente_shared.errors import N_
from entente_shared.events.objectives import Role
from entente_shared.ids import new_id
from entente_shared.web import (
    CurrentMember,
    CurrentSession,
    Cursor,
    Limit,
    Member,
    Page,
    Router,
    check_if_match,
    set_etag,
)

from . import commands, queries
from .commands import Why
from .domain.goals import InvalidGoal, Level, Parent
from .review_schemas import GoalRevisionRead
from .schemas import (
    BatchCreate,
    BatchRead,
    CreatedGoal,
    GoalArchive,
    GoalCreate,
    GoalRead,
    GoalUpdate,
    ParentsUpdate,
)

router = Router(tags=["goals"])
GOALS = "/partnerships/{partnership_id}/goals"
ONE = f"{GOALS}/{{goal_id}}"
TAKEN_ON = "Taken on"


def why(member: Member, reason: str | None) -> Why:
    """Raises Forbidden unless the caller may write goals."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER)
    assert member.caller.person_id is not None, "a system holds no role"
    return Why(member.caller.person_id, reason or TAKEN_ON)


@router.post(GOALS, status_code=201, operation_id="objectives_create_goal", summary="Take on a goal")
async def create_goal(body: GoalCreate, member: CurrentMember, session: CurrentSession, response: Response) -> GoalRead:
    """Sponsors, alliance managers and committee members. A goal that is not SMART is refused with all that there is to change."""
    because, goal_id = why(member, body.reason), new_id()
    made = await commands.create_goals(session, member.partnership_id, {goal_id: body.draft()}, because, {goal_id: ""})
    set_etag(response, made[0].version)
    return (await queries.read_goals(session, member.partnership_id, made))[0]


@router.post(
    f"{GOALS}/batches", status_code=201, operation_id="objectives_create_goals", summary="Take on many goals at once"
)
async def create_goals(body: BatchCreate, member: CurrentMember, session: CurrentSession) -> BatchRead:
    """Up to 1,000 in one transaction: all, or none. Each has a `ref` by which others of the request name it as their parent."""
    because = why(member, body.reason)
    ids: dict[str, UUID] = {}
    for index, goal in enumerate(body.goals):
        if goal.ref in ids:
            raise InvalidGoal(N_("ref: stands here twice; give each goal its own."), pointer=f"/goals/{index}/ref")
        ids[goal.ref] = new_id()
    drafts = {ids[goal.ref]: goal.draft_in(ids.get) for goal in body.goals}
    pointers = {ids[goal.ref]: f"/goals/{index}" for index, goal in enumerate(body.goals)}
    await commands.create_goals(session, member.partnership_id, drafts, because, pointers)
    return BatchRead(goals=[CreatedGoal(ref=ref, id=goal_id) for ref, goal_id in ids.items()])


@router.get(GOALS, operation_id="objectives_list_goals", summary="Goals, by level, owner, or archived")
async def list_goals(
    *,
    member: CurrentMember,
    session: CurrentSession,
    level: Annotated[Level | None, Query()] = None,
    owner_member_id: Annotated[UUID | None, Query()] = None,
    archived: Annotated[bool, Query()] = False,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[GoalRead]:
    items, next_cursor = await queries.list_goals(
        session,
        member.partnership_id,
        level=level,
        owner_member_id=owner_member_id,
        archived=archived,
        cursor=cursor,
        limit=limit,
    )
    return Page(items=items, next_cursor=next_cursor)


@router.put(ONE, operation_id="objectives_update_goal", summary="Change a goal")
async def update_goal(
    *,
    body: GoalUpdate,
    goal: queries.LockedGoal,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> GoalRead:
    """The whole goal as it is to be; every revision is kept. With other anchors it has no score until it is assessed again."""
    because = why(member, body.reason)
    check_if_match(request, goal.version)
    await commands.change_goal(session, goal, body.draft(), because)
    set_etag(response, goal.version)
    return (await queries.read_goals(session, member.partnership_id, [goal]))[0]


@router.put(f"{ONE}/parents", operation_id="objectives_move_goal", summary="Have a goal serve other goals")
async def move_goal(
    *,
    body: ParentsUpdate,
    goal: queries.LockedGoal,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> GoalRead:
    because = why(member, body.reason)
    check_if_match(request, goal.version)
    parents = tuple(Parent(parent.goal_id, parent.weight) for parent in body.parents)
    await commands.move_goal(session, goal, parents, because)
    set_etag(response, goal.version)
    return (await queries.read_goals(session, member.partnership_id, [goal]))[0]


@router.post(f"{ONE}/archival", status_code=201, operation_id="objectives_archive_goal", summary="Archive a goal")
async def archive_goal(
    *,
    body: GoalArchive,
    goal: queries.LockedGoal,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> GoalRead:
    """It leaves the tree and counts no more; its history stays. No other goal may serve it any more."""
    because = why(member, body.reason)
    check_if_match(request, goal.version)
    await commands.archive_goal(session, goal, because)
    set_etag(response, goal.version)
    return (await queries.read_goals(session, member.partnership_id, [goal]))[0]


@router.get(f"{ONE}/revisions", operation_id="objectives_list_goal_revisions", summary="All that a goal was")
async def list_goal_revisions(
    goal: queries.LoadedGoal, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[GoalRevisionRead]:
    return page_of(GoalRevisionRead, await queries.list_revisions(session, goal, cursor, limit))
