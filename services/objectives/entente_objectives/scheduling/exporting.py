"""The roadmap as an iCalendar object (RFC 5545)."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from icalendar import Event
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.calendars.exporting import new_event, new_object
from entente_objectives.roadmap import queries
from entente_objectives.roadmap.domain import ActionStatus, MilestoneStatus
from entente_objectives.roadmap.models import Action, Milestone

DAY = timedelta(days=1)
STATUSES = {ActionStatus.DROPPED: "CANCELLED", ActionStatus.PLANNED: "TENTATIVE"}


async def roadmap_object(session: AsyncSession, partnership_id: UUID) -> bytes:
    """All whole days, of no zone: they are the same days wherever the reader is."""
    milestones = await queries.all_of(session, Milestone, partnership_id)
    actions = await queries.all_of(session, Action, partnership_id)
    return await asyncio.to_thread(_render, milestones, actions)


def _render(milestones: Sequence[Milestone], actions: Sequence[Action]) -> bytes:
    made = new_object("Roadmap")
    for milestone in milestones:
        made.add_component(_milestone(milestone))
    for action in actions:
        event = _action(action)
        if event is not None:
            made.add_component(event)
    content: bytes = made.to_ical()
    return content


def _milestone(milestone: Milestone) -> Event:
    event = new_event(f"milestone-{milestone.id}", milestone.title, milestone.changed_at, milestone.version)
    on = milestone.reached_on or milestone.due_on
    event.add("dtstart", on)
    event.add("dtend", on + DAY)
    event.add("status", "CANCELLED" if milestone.status is MilestoneStatus.DROPPED else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("categories", ["Milestone"])
    return event


def _action(action: Action) -> Event | None:
    begin, end = action.began_on or action.planned_from, action.finished_on or action.planned_to
    if begin is None or end is None:
        return None
    event = new_event(f"action-{action.id}", action.title, action.changed_at, action.version)
    event.add("dtstart", begin)
    event.add("dtend", max(begin, end) + DAY)
    event.add("status", STATUSES.get(action.status, "CONFIRMED"))
    event.add("transp", "TRANSPARENT")
    event.add("categories", ["Action"])
    if action.process_before is not None and action.process_after is not None:
        event.add("description", f"{action.process_before}\n→ {action.process_after}")
    return event
