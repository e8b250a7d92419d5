"""Writes of milestones. The roadmap's row is locked before (`revision.begin_revision`)."""

from datetime import date
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from entente_objectives.community.commands import celebrate
from entente_objectives.objectives.models import Objective
from entente_shared.errors import N_
from entente_shared.events.objectives import MilestoneReached
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now
from entente_shared.web import Member

from . import domain, queries
from .models import Action, Milestone, MilestoneAction
from .schemas import MilestoneCreate


async def add_milestone(
    session: AsyncSession, partnership_id: UUID, party_id: UUID, body: MilestoneCreate
) -> Milestone:
    """Raises InvalidMilestone and RoadmapFull."""
    domain.check_room(await queries.count_of(session, Milestone, partnership_id), domain.MOST_MILESTONES)
    milestone = Milestone(
        partnership_id=partnership_id, id=new_id(), party_id=party_id, status=domain.MilestoneStatus.PLANNED
    )
    await _write(session, milestone, body)
    return milestone


async def change_milestone(session: AsyncSession, milestone: Milestone, body: MilestoneCreate) -> None:
    """Raises InvalidMilestone and MilestoneEnded."""
    _check_open(milestone)
    await _write(session, milestone, body)


def _check_open(milestone: Milestone) -> None:
    if milestone.status is not domain.MilestoneStatus.PLANNED:
        raise domain.MilestoneEnded(N_("It was reached or dropped already."))


async def _write(session: AsyncSession, milestone: Milestone, body: MilestoneCreate) -> None:
    partnership_id = milestone.partnership_id
    if body.objective_id is not None and await session.get(Objective, (partnership_id, body.objective_id)) is None:
        raise domain.InvalidMilestone(
            N_("objective_id: no objective of this partnership has this id; GET .../objectives lists them."),
            pointer="/objective_id",
        )
    known = {action.id for action in await queries.all_of(session, Action, partnership_id)}
    for index, action_id in enumerate(body.action_ids):
        if action_id not in known:
            raise domain.InvalidMilestone(
                N_("action_ids: no action of this partnership has this id; GET .../roadmap/actions lists them."),
                pointer=f"/action_ids/{index}",
            )
    milestone.title, milestone.due_on, milestone.objective_id = body.title, body.due_on, body.objective_id
    milestone.changed_at = await partnership_now(session, partnership_id)
    session.add(milestone)
    flag_modified(milestone, "changed_at")  # also where only its actions change, which stand in another table
    await session.flush()
    gathered = (MilestoneAction.partnership_id == partnership_id) & (MilestoneAction.milestone_id == milestone.id)
    await session.execute(delete(MilestoneAction).where(gathered))
    for action_id in dict.fromkeys(body.action_ids):
        session.add(MilestoneAction(partnership_id=partnership_id, milestone_id=milestone.id, action_id=action_id))
    await session.flush()


async def reach(session: AsyncSession, milestone: Milestone, member: Member, reached_on: date | None) -> None:
    """Declare it reached. Raises MilestoneEnded, ActionsOpen and InvalidMilestone."""
    assert member.caller.person_id is not None, "a system holds no role"
    today = await queries.today_of(session, milestone.partnership_id, member.party_id)
    actions = (await queries.gathered(session, milestone.partnership_id, [milestone.id]))[milestone.id]
    on = reached_on or today
    domain.check_reached(
        milestone.status, [a.status for a in actions], [action.finished_on for action in actions], on, today
    )
    milestone.status, milestone.reached_on = domain.MilestoneStatus.REACHED, on
    milestone.reached_party_id, milestone.reached_person_id = member.party_id, member.caller.person_id
    milestone.changed_at = await partnership_now(session, milestone.partnership_id)
    await session.flush()
    publish(
        session,
        MilestoneReached(
            partnership_id=milestone.partnership_id,
            milestone_id=milestone.id,
            title=milestone.title,
            due_on=milestone.due_on,
            reached_on=on,
            late=max(0, (on - milestone.due_on).days),
            party_id=member.party_id,
            person_id=member.caller.person_id,
            objective_id=milestone.objective_id,
        ),
    )
    await celebrate(session, milestone.partnership_id, milestone.id, milestone.title, milestone.changed_at)


async def drop_milestone(session: AsyncSession, milestone: Milestone) -> None:
    """It is kept, and nothing waits for it. Raises MilestoneEnded."""
    _check_open(milestone)
    milestone.status = domain.MilestoneStatus.DROPPED
    milestone.changed_at = await partnership_now(session, milestone.partnership_id)
    await session.flush()
