"""Reads of links."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.visibility.domain import RecordKind
from entente_objectives.visibility.models import about
from entente_shared.errors import N_
from entente_shared.web import CurrentMember, CurrentSession, check_if_match, paginate

from . import domain
from .domain import LinkKind
from .models import Workspace


async def list_workspaces(
    session: AsyncSession,
    partnership_id: UUID,
    *,
    kind: LinkKind | None,
    subject_kind: RecordKind | None,
    subject_id: UUID | None,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[Any], str | None]:
    statement = select(Workspace).where(
        Workspace.partnership_id == partnership_id, *about(Workspace, subject_kind, subject_id)
    )
    if kind is not None:
        statement = statement.where(Workspace.kind == kind)
    return await paginate(session, statement, Workspace.id, cursor, limit)


async def _get(session: AsyncSession, partnership_id: UUID, workspace_id: UUID, *, lock: bool) -> Workspace:
    found = await session.get(Workspace, (partnership_id, workspace_id), with_for_update=lock or None)
    if found is None:
        raise domain.WorkspaceNotFound(N_("No link that you may see has this id; GET .../workspaces lists them."))
    return found


async def _seen(workspace_id: UUID, member: CurrentMember, session: CurrentSession) -> Workspace:
    return await _get(session, member.partnership_id, workspace_id, lock=False)


async def _locked(workspace_id: UUID, member: CurrentMember, session: CurrentSession, request: Request) -> Workspace:
    found = await _get(session, member.partnership_id, workspace_id, lock=True)
    check_if_match(request, found.version)
    return found


SeenWorkspace = Annotated[Workspace, Depends(_seen)]
LockedWorkspace = Annotated[Workspace, Depends(_locked)]
