"""Links to shared workspaces and documents over HTTP."""

from uuid import UUID

from fastapi import Response

from entente_objectives import actors
from entente_objectives.actors import Actor
from entente_objectives.bodies import page_of
from entente_objectives.visibility.domain import RecordKind
from entente_objectives.visibility.queries import sight_of
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, set_etag

from . import commands, queries
from .domain import LinkKind
from .queries import LockedWorkspace, SeenWorkspace
from .schemas import WorkspaceRead, WorkspaceWrite

router = Router(tags=["workspaces"])
WORKSPACES = "/partnerships/{partnership_id}/workspaces"
ONE = f"{WORKSPACES}/{{workspace_id}}"


async def _draft(session: CurrentSession, actor: Actor, body: WorkspaceWrite) -> commands.Draft:
    return commands.Draft(
        title=body.title,
        url=body.url,
        kind=body.kind,
        owner_member_id=body.owner_member_id,
        subject=body.subject.subject() if body.subject else None,
        sight=await sight_of(session, actor, body.visibility, body.party_ids),
    )


@router.post(WORKSPACES, status_code=201, operation_id="objectives_link_workspace")
async def link_workspace(
    body: WorkspaceWrite, member: CurrentMember, session: CurrentSession, response: Response
) -> WorkspaceRead:
    """Link a shared workspace or document, to a record or to none, for those who shall see the link."""
    actor = actors.speaker(member)
    return await get_workspace(await commands.link(session, actor, await _draft(session, actor, body)), response)


@router.get(WORKSPACES, operation_id="objectives_list_workspaces")
async def list_workspaces(
    *,
    member: CurrentMember,
    session: CurrentSession,
    kind: LinkKind | None = None,
    subject_kind: RecordKind | None = None,
    subject_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[WorkspaceRead]:
    """The links that your party sees, of one record or all."""
    found = await queries.list_workspaces(
        session,
        member.partnership_id,
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        cursor=cursor,
        limit=limit,
    )
    return page_of(WorkspaceRead, found)


@router.get(ONE, operation_id="objectives_get_workspace")
async def get_workspace(workspace: SeenWorkspace, response: Response) -> WorkspaceRead:
    """One link."""
    set_etag(response, workspace.version)
    return WorkspaceRead.model_validate(workspace)


@router.put(ONE, operation_id="objectives_update_workspace")
async def update_workspace(
    *,
    body: WorkspaceWrite,
    workspace: LockedWorkspace,
    member: CurrentMember,
    session: CurrentSession,
    response: Response,
) -> WorkspaceRead:
    """Change a link of your own party."""
    actor = actors.speaker(member)
    await commands.change(session, actor, workspace, await _draft(session, actor, body))
    return await get_workspace(workspace, response)


@router.delete(ONE, status_code=204, operation_id="objectives_unlink_workspace")
async def unlink_workspace(workspace: LockedWorkspace, member: CurrentMember, session: CurrentSession) -> None:
    """Remove a link of your own party."""
    await commands.unlink(session, actors.speaker(member), workspace)
