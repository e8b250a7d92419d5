"""Computing and accepting schedules, under the roadmap's lock."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.calendars.queries import shown
from entente_objectives.roadmap import queries as roadmap
from entente_objectives.roadmap.domain import ActionStatus
from entente_objectives.roadmap.models import Action
from entente_objectives.roadmap.revision import lock_roadmap
from entente_shared.errors import N_
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now
from entente_shared.web import Member

from .domain import solving, stating
from .domain.problem import RULE_VERSION
from .domain.solving import InvalidHorizon
from .gathering import gather
from .models import Schedule


async def compute_schedule(session: AsyncSession, member: Member, from_on: date | None, horizon: int) -> Schedule:
    """Raises InvalidHorizon. What was computed is kept, also where there is no schedule."""
    assert member.caller.person_id is not None, "a system holds no role"
    today = await roadmap.today_of(session, member.partnership_id, member.party_id)
    first = from_on or today
    if first < today:
        raise InvalidHorizon(N_("from_on: has passed; leave it out to begin today."), pointer="/from_on")
    revision = (await lock_roadmap(session, member.partnership_id)).revision
    problem, rows = await gather(session, member.partnership_id, first, first + timedelta(days=horizon))
    feasible, result = await asyncio.to_thread(solving.solve, problem)
    schedule = Schedule(
        partnership_id=member.partnership_id,
        id=new_id(),
        party_id=member.party_id,
        person_id=member.caller.person_id,
        from_on=problem.from_on,
        to_on=problem.to_on,
        revision=revision,
        rule_version=RULE_VERSION,
        feasible=feasible,
        inputs=stating.inputs(problem, {key: shown(row).model_dump(mode="json") for key, row in rows.items()}),
        result=result,
        computed_at=await partnership_now(session, member.partnership_id),
    )
    session.add(schedule)
    await session.flush()
    return schedule


async def accept_schedule(session: AsyncSession, schedule: Schedule, member: Member) -> None:
    """Its days become those that are planned. Raises NoSchedule and ScheduleOutOfDate. The roadmap's row is locked before."""
    revision = (await lock_roadmap(session, schedule.partnership_id)).revision
    solving.check_acceptable(
        feasible=schedule.feasible,
        computed_from=schedule.revision,
        revision=revision,
        accepted=schedule.accepted_at is not None,
    )
    now = await partnership_now(session, schedule.partnership_id)
    actions = {action.id: action for action in await roadmap.all_of(session, Action, schedule.partnership_id)}
    for slot in schedule.result["actions"]:
        action = actions[UUID(slot["action_id"])]
        if action.status is ActionStatus.DONE:
            continue
        action.planned_from, action.planned_to, action.planned_done = (
            date.fromisoformat(slot[name]) for name in ("from_on", "to_on", "done_on")
        )
        action.schedule_id, action.changed_at = schedule.id, now
    schedule.accepted_at = now
    schedule.accepted_party_id, schedule.accepted_person_id = member.party_id, member.caller.person_id
    await session.flush()
