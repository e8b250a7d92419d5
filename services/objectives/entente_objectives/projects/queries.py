"""Reads of cross projects."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.web import CurrentMember, CurrentSession, check_if_match, paginate

from . import domain
from .domain import ProjectState
from .models import CrossProject


async def list_projects(
    session: AsyncSession, partnership_id: UUID, state: ProjectState | None, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(CrossProject).where(CrossProject.partnership_id == partnership_id)
    if state is not None:
        statement = statement.where(CrossProject.state == state)
    return await paginate(session, statement, CrossProject.id, cursor, limit)


async def _get(session: AsyncSession, partnership_id: UUID, project_id: UUID, *, lock: bool) -> CrossProject:
    found = await session.get(CrossProject, (partnership_id, project_id), with_for_update=lock or None)
    if found is None:
        raise domain.ProjectNotFound(N_("There is no such project; GET .../cross-projects lists them."))
    return found


async def _seen(project_id: UUID, member: CurrentMember, session: CurrentSession) -> CrossProject:
    return await _get(session, member.partnership_id, project_id, lock=False)


async def _locked(project_id: UUID, member: CurrentMember, session: CurrentSession, request: Request) -> CrossProject:
    found = await _get(session, member.partnership_id, project_id, lock=True)
    check_if_match(request, found.version)
    return found


SeenProject = Annotated[CrossProject, Depends(_seen)]
LockedProject = Annotated[CrossProject, Depends(_locked)]
