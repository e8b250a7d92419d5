"""The roadmap as A13's problem. Read under the roadmap's lock."""

import asyncio
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.calendars import queries as calendars
from entente_objectives.calendars.models import CalendarRow
from entente_objectives.roadmap import queries as roadmap
from entente_objectives.roadmap.domain import ActionStatus, MilestoneStatus
from entente_objectives.roadmap.models import Action, Milestone, MilestoneAction

from .domain.problem import Goal, Link, Problem, Task


async def gather(
    session: AsyncSession, partnership_id: UUID, from_on: date, to_on: date
) -> tuple[Problem, dict[UUID, CalendarRow]]:
    """What was dropped is left out, and so is every dependency on it."""
    rows = await calendars.calendars_of(session, partnership_id)
    by_party = {row.party_id: row.id for row in rows.values() if row.party_id}
    actions = [a for a in await roadmap.all_of(session, Action, partnership_id) if a.status is not ActionStatus.DROPPED]
    tasks = {action.id: _task(action, by_party) for action in actions}
    links = tuple(
        Link(before, after, lag)
        for before, after, lag in await roadmap.links_of(session, partnership_id)
        if before in tasks and after in tasks
    )
    goals = await _goals(session, partnership_id, tasks)
    followed = await asyncio.to_thread(lambda: [calendars.followed(row) for row in rows.values()])
    return Problem(from_on, to_on, {each.id: each for each in followed}, tasks, links, goals), rows


def _task(action: Action, by_party: dict[UUID, UUID]) -> Task:
    return Task(
        action.id,
        action.title,
        action.duration,
        frozenset(action.calendar_ids),
        own_calendar=by_party.get(action.party_id),
        earliest=action.earliest_on,
        deadline=action.deadline_on,
        needs_budget=action.needs_budget,
        at_cycle_start=action.at_cycle_start,
        validators=tuple(by_party[party] for party in action.validator_ids if party in by_party),
        began_on=action.began_on,
        finished_on=action.finished_on,
    )


async def _goals(session: AsyncSession, partnership_id: UUID, tasks: dict[UUID, Task]) -> tuple[Goal, ...]:
    gathered: dict[UUID, list[UUID]] = {}
    for row in await roadmap.all_of(session, MilestoneAction, partnership_id):
        if row.action_id in tasks:
            gathered.setdefault(row.milestone_id, []).append(row.action_id)
    return tuple(
        Goal(row.id, row.title, row.due_on, tuple(gathered.get(row.id, ())))
        for row in await roadmap.all_of(session, Milestone, partnership_id)
        if row.status is MilestoneStatus.PLANNED
    )
