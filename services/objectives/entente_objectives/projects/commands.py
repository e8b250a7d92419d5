"""Begin, change and end cross projects."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.actors import Actor
from entente_objectives.partnerships.queries import load_members
from entente_objectives.visibility.queries import organisations_of_parties
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from . import domain
from .domain import Ending, ProjectState
from .models import CrossProject


@dataclass(frozen=True, slots=True)
class Draft:
    title: str
    aim: str
    lead_member_id: UUID
    parties: Sequence[UUID]
    starts_on: date
    ends_on: date


async def begin(session: AsyncSession, actor: Actor, draft: Draft) -> CrossProject:
    """Raises InvalidProject and NotYourProject."""
    domain.check_founder(actor.party_id, draft.parties)
    project = CrossProject(
        partnership_id=actor.partnership_id,
        id=new_id(),
        state=ProjectState.RUNNING,
        outcome=None,
        begun_at=await partnership_now(session, actor.partnership_id),
        ended_at=None,
    )
    await _write(session, project, draft)
    session.add(project)
    await session.flush()
    return project


async def change(
    session: AsyncSession, actor: Actor, member_ids: Collection[UUID], project: CrossProject, draft: Draft
) -> None:
    """Raises InvalidProject, NotYourProject and ProjectEnded."""
    _check_runs(actor, member_ids, project)
    await _write(session, project, draft)
    await session.flush()


def _check_runs(actor: Actor, member_ids: Collection[UUID], project: CrossProject) -> None:
    domain.check_runs(project.lead_member_id, member_ids, actor.party_id, project.party_ids, manages=actor.manages)
    domain.require_running(project.state)


async def _write(session: AsyncSession, project: CrossProject, draft: Draft) -> None:
    known = await organisations_of_parties(session, project.partnership_id)
    domain.check(draft.parties, known, draft.starts_on, draft.ends_on)
    members = await load_members(session, project.partnership_id, [draft.lead_member_id])
    parties = {member.id: member.party_id for member in members.values()}
    domain.check_lead(draft.lead_member_id, parties, draft.parties)
    project.title, project.aim, project.lead_member_id = draft.title, draft.aim, draft.lead_member_id
    project.party_ids = sorted(draft.parties)
    project.starts_on, project.ends_on = draft.starts_on, draft.ends_on


async def end(
    session: AsyncSession,
    actor: Actor,
    member_ids: Collection[UUID],
    project: CrossProject,
    ending: Ending,
    outcome: str,
) -> None:
    """Say what came of it. Raises NotYourProject and ProjectEnded."""
    _check_runs(actor, member_ids, project)
    project.state, project.outcome = ProjectState(ending), outcome
    project.ended_at = await partnership_now(session, project.partnership_id)
    await session.flush()
