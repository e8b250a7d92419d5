"""Keep links to shared workspaces and documents."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.actors import Actor
from entente_objectives.partnerships.queries import load_members
from entente_objectives.visibility.domain import Sight, Subject
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from . import domain
from .domain import LinkKind
from .models import Workspace


@dataclass(frozen=True, slots=True)
class Draft:
    title: str
    url: str
    kind: LinkKind
    owner_member_id: UUID
    subject: Subject | None
    sight: Sight


async def link(session: AsyncSession, actor: Actor, draft: Draft) -> Workspace:
    """Raises InvalidLink."""
    workspace = Workspace(
        partnership_id=actor.partnership_id,
        id=new_id(),
        party_id=actor.party_id,
        person_id=actor.person_id,
        linked_at=await partnership_now(session, actor.partnership_id),
    )
    await _write(session, actor, workspace, draft)
    session.add(workspace)
    await session.flush()
    return workspace


async def change(session: AsyncSession, actor: Actor, workspace: Workspace, draft: Draft) -> None:
    """Raises InvalidLink and NotYourLink."""
    domain.check_owner(workspace.party_id, actor.party_id)
    await _write(session, actor, workspace, draft)
    await session.flush()


async def _write(session: AsyncSession, actor: Actor, workspace: Workspace, draft: Draft) -> None:
    domain.check_url(draft.url)
    members = await load_members(session, actor.partnership_id, [draft.owner_member_id])
    domain.check_responsible(
        draft.owner_member_id, {each.id: each.party_id for each in members.values()}, actor.party_id
    )
    workspace.title, workspace.url, workspace.kind = draft.title, draft.url, draft.kind
    workspace.owner_member_id = draft.owner_member_id
    workspace.be_about(draft.subject)
    workspace.show_to(draft.sight)


async def unlink(session: AsyncSession, actor: Actor, workspace: Workspace) -> None:
    """The link goes; the place that it led to is not ours. Raises NotYourLink."""
    domain.check_owner(workspace.party_id, actor.party_id)
    await session.delete(workspace)
    await session.flush()
