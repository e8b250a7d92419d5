"""Reads of schedules."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from entente_shared.errors import N_, NotFound
from entente_shared.web import CurrentMember, CurrentSession, paginate

from .models import Schedule

BRIEF = [
    getattr(Schedule, name)
    for name in ("partnership_id", "id", "party_id", "person_id", "from_on", "to_on", "revision", "rule_version", "feasible",
                 "computed_at", "accepted_at", "accepted_party_id", "accepted_person_id", "version")
]  # fmt: skip


async def load_schedule(
    session: AsyncSession, partnership_id: UUID, schedule_id: UUID, *, lock: bool = False
) -> Schedule:
    found = await session.get(Schedule, (partnership_id, schedule_id), with_for_update=lock or None)
    if found is None:
        raise NotFound(N_("There is no such schedule; GET .../roadmap/schedules lists them."))
    return found


async def list_schedules(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    """Without what is in them."""
    statement = select(Schedule).where(Schedule.partnership_id == partnership_id).options(load_only(*BRIEF))
    return await paginate(session, statement, Schedule.id, cursor, limit)


async def load_inputs(session: AsyncSession, schedule: Schedule) -> dict[str, Any]:
    statement = select(Schedule.inputs).where(
        Schedule.partnership_id == schedule.partnership_id, Schedule.id == schedule.id
    )
    found: dict[str, Any] = (await session.execute(statement)).scalar_one()
    return found


async def names(session: AsyncSession, partnership_id: UUID) -> dict[UUID, str]:
    """Titles and names of what a conflict can speak of."""
    from entente_objectives.calendars.models import CalendarRow
    from entente_objectives.roadmap.models import Action, Milestone

    found: dict[UUID, str] = {}
    for model, column in ((Action, Action.title), (Milestone, Milestone.title), (CalendarRow, CalendarRow.name)):
        rows = await session.execute(select(model.id, column).where(model.partnership_id == partnership_id))
        found.update((row[0], row[1]) for row in rows)
    return found


async def _loaded(schedule_id: UUID, member: CurrentMember, session: CurrentSession) -> Schedule:
    return await load_schedule(session, member.partnership_id, schedule_id)


LoadedSchedule = Annotated[Schedule, Depends(_loaded)]
