"""Actions and what they depend on, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from entente_objectives.bodies import page_of
from entente_shared.events.objectives import Role
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
from .domain import ActionStatus
from .queries import LoadedAction
from .revision import begin_revision
from .schemas import ActionCreate, ActionRead, DependencyCreate, DependencyRead, ReportCreate

router = Router(tags=["roadmap"])
ROADMAP = "/partnerships/{partnership_id}/roadmap"
ACTIONS = ROADMAP + "/actions"
ONE = ACTIONS + "/{action_id}"
DEPENDENCIES = ROADMAP + "/dependencies"


async def planner(member: CurrentMember, session: CurrentSession) -> Member:
    """A sponsor, alliance manager or committee member, with the roadmap locked for a change."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER)
    await begin_revision(session, member.partnership_id)
    return member


Planner = Annotated[Member, Depends(planner)]


@router.post(ACTIONS, status_code=201, operation_id="objectives_create_action", summary="Plan an action of your party")
async def create_action(body: ActionCreate, member: Planner, session: CurrentSession, response: Response) -> ActionRead:
    return await get_action(await commands.add_action(session, member.partnership_id, member.party_id, body), response)


@router.get(ACTIONS, operation_id="objectives_list_actions", summary="The actions of the roadmap")
async def list_actions(
    *,
    member: CurrentMember,
    session: CurrentSession,
    status: Annotated[ActionStatus | None, Query()] = None,
    party_id: Annotated[UUID | None, Query(description="only of this party")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[ActionRead]:
    found = await queries.list_actions(
        session, member.partnership_id, status=status, party_id=party_id, cursor=cursor, limit=limit
    )
    return page_of(ActionRead, found)


@router.get(ONE, operation_id="objectives_get_action", summary="One action")
async def get_action(action: LoadedAction, response: Response) -> ActionRead:
    set_etag(response, action.version)
    return ActionRead.model_validate(action)


@router.put(ONE, operation_id="objectives_update_action", summary="Change an action of your party")
async def update_action(
    *,
    action_id: UUID,
    body: ActionCreate,
    member: Planner,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> ActionRead:
    """Planned days stay until another schedule is accepted."""
    action = await queries.load_action(session, member.partnership_id, action_id, lock=True)
    check_if_match(request, action.version)
    await commands.change_action(session, action, member.party_id, body)
    return await get_action(action, response)


@router.post(
    ONE + "/reports", status_code=201, operation_id="objectives_report_action", summary="Say how an action stands"
)
async def report_action(
    *,
    action_id: UUID,
    body: ReportCreate,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> ActionRead:
    """For whoever is accountable for it, and for sponsors, alliance managers and committee members of its party."""
    await begin_revision(session, member.partnership_id)
    action = await queries.load_action(session, member.partnership_id, action_id, lock=True)
    if action.accountable_id not in member.member_ids:
        member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER)
        commands.check_answers(action, member.party_id)
    check_if_match(request, action.version)
    await commands.report(session, action, body)
    return await get_action(action, response)


@router.post(
    DEPENDENCIES, status_code=201, operation_id="objectives_create_dependency", summary="Let an action wait for another"
)
async def create_dependency(body: DependencyCreate, member: Planner, session: CurrentSession) -> DependencyRead:
    """One of the two actions is your party's. Actions that would wait for each other are refused."""
    row = await commands.add_dependency(session, member.partnership_id, member.party_id, body)
    return DependencyRead.model_validate(row)


@router.get(DEPENDENCIES, operation_id="objectives_list_dependencies", summary="Which action waits for which")
async def list_dependencies(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[DependencyRead]:
    return page_of(DependencyRead, await queries.list_dependencies(session, member.partnership_id, cursor, limit))


@router.delete(
    DEPENDENCIES + "/{dependency_id}",
    status_code=204,
    operation_id="objectives_delete_dependency",
    summary="Let an action wait for another no longer",
)
async def delete_dependency(dependency_id: UUID, member: Planner, session: CurrentSession) -> None:
    row = await queries.load_dependency(session, member.partnership_id, dependency_id)
    await commands.remove_dependency(session, row, member.party_id)
