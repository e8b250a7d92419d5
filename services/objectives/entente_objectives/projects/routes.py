"""Cross projects over HTTP."""

from fastapi import Response

from entente_objectives import actors
from entente_objectives.bodies import page_of
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, set_etag

from . import commands, queries
from .domain import ProjectState
from .queries import LockedProject, SeenProject
from .schemas import OutcomeCreate, ProjectRead, ProjectWrite

router = Router(tags=["cross projects"])
PROJECTS = "/partnerships/{partnership_id}/cross-projects"
ONE = f"{PROJECTS}/{{project_id}}"


def _draft(body: ProjectWrite) -> commands.Draft:
    return commands.Draft(body.title, body.aim, body.lead_member_id, body.party_ids, body.starts_on, body.ends_on)


@router.post(PROJECTS, status_code=201, operation_id="objectives_begin_cross_project")
async def begin_project(
    body: ProjectWrite, member: CurrentMember, session: CurrentSession, response: Response
) -> ProjectRead:
    """Begin a project of several parties with one who is accountable (managers of a party that takes part)."""
    return await get_project(await commands.begin(session, actors.manager(member), _draft(body)), response)


@router.get(PROJECTS, operation_id="objectives_list_cross_projects")
async def list_projects(
    *,
    member: CurrentMember,
    session: CurrentSession,
    state: ProjectState | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[ProjectRead]:
    """The cross projects of the partnership."""
    return page_of(ProjectRead, await queries.list_projects(session, member.partnership_id, state, cursor, limit))


@router.get(ONE, operation_id="objectives_get_cross_project")
async def get_project(project: SeenProject, response: Response) -> ProjectRead:
    """One cross project."""
    set_etag(response, project.version)
    return ProjectRead.model_validate(project)


@router.put(ONE, operation_id="objectives_update_cross_project")
async def update_project(
    *, body: ProjectWrite, project: LockedProject, member: CurrentMember, session: CurrentSession, response: Response
) -> ProjectRead:
    """Change a running project (its lead, or a manager of a party that takes part)."""
    await commands.change(session, actors.speaker(member), member.member_ids, project, _draft(body))
    return await get_project(project, response)


@router.post(f"{ONE}/outcomes", status_code=201, operation_id="objectives_end_cross_project")
async def end_project(
    *, body: OutcomeCreate, project: LockedProject, member: CurrentMember, session: CurrentSession, response: Response
) -> ProjectRead:
    """Say what came of it (its lead, or a manager of a party that takes part)."""
    actor = actors.speaker(member)
    await commands.end(session, actor, member.member_ids, project, body.state, body.outcome)
    return await get_project(project, response)
