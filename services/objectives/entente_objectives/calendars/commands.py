"""Writes of calendars. The roadmap's row is locked before: what was scheduled by them is then out of date."""

import asyncio
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.roadmap.domain import MOST_CALENDARS, ActionStatus, check_room
from entente_objectives.roadmap.models import Action
from entente_shared.errors import N_
from entente_shared.events.objectives import CalendarChanged
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from . import queries
from .domain import reading
from .domain.working import CalendarInUse, NotYourCalendar, PartyHasCalendar
from .models import CalendarRow
from .schemas import CalendarCreate


async def add_calendar(
    session: AsyncSession, partnership_id: UUID, party_id: UUID, body: CalendarCreate
) -> CalendarRow:
    """Raises PartyHasCalendar, InvalidCalendar and InvalidRule."""
    owner = None if body.shared else party_id
    known = await queries.calendars_of(session, partnership_id)
    check_room(len(known), MOST_CALENDARS)
    if owner is not None and any(row.party_id == owner for row in known.values()):
        raise PartyHasCalendar(N_("Your party has a calendar; change it with PUT, or send shared: true."))
    row = CalendarRow(partnership_id=partnership_id, id=new_id(), party_id=owner, active=True)
    await _write(session, row, body)
    return row


async def change_calendar(session: AsyncSession, row: CalendarRow, party_id: UUID, body: CalendarCreate) -> None:
    """Raises NotYourCalendar, InvalidCalendar and InvalidRule."""
    _check_owner(row, party_id)
    if body.shared != (row.party_id is None):
        raise NotYourCalendar(
            N_("shared: a calendar stays that of its party, or shared; make another."), pointer="/shared"
        )
    await _write(session, row, body)


async def retire_calendar(session: AsyncSession, row: CalendarRow, party_id: UUID) -> None:
    """Raises NotYourCalendar, and CalendarInUse while actions follow it."""
    _check_owner(row, party_id)
    uses = Action.calendar_ids.contains([row.id])
    if row.party_id is not None:
        windows = (Action.party_id == row.party_id) & (Action.needs_budget | Action.at_cycle_start)
        uses = uses | windows | Action.validator_ids.contains([row.party_id])
    still_open = Action.status.in_([ActionStatus.PLANNED, ActionStatus.UNDER_WAY])
    in_use = select(Action.id).where(Action.partnership_id == row.partnership_id, still_open, uses).limit(1)
    if (await session.execute(in_use)).first() is not None:
        raise CalendarInUse(N_("Let the actions that follow it follow another calendar first."))
    row.active, row.changed_at = False, await partnership_now(session, row.partnership_id)
    await session.flush()
    _publish(session, row)


def _check_owner(row: CalendarRow, party_id: UUID) -> None:
    if row.party_id not in {None, party_id}:
        raise NotYourCalendar(N_("This is another party's calendar; ask that party to change it."))


async def _write(session: AsyncSession, row: CalendarRow, body: CalendarCreate) -> None:
    row.name, row.zone, row.validation_days = body.name, body.zone, body.validation_days
    row.content = body.content()
    await asyncio.to_thread(_check, row)
    row.changed_at = await partnership_now(session, row.partnership_id)
    session.add(row)
    await session.flush()
    _publish(session, row)


def _check(row: CalendarRow) -> None:
    """Raises InvalidCalendar and InvalidRule where it cannot be followed."""
    reading.check_days(queries.followed(row))


def _publish(session: AsyncSession, row: CalendarRow) -> None:
    content: dict[str, Any] = row.content
    publish(
        session,
        CalendarChanged(
            partnership_id=row.partnership_id,
            calendar_id=row.id,
            party_id=row.party_id,
            name=row.name,
            zone=row.zone,
            validation_days=row.validation_days,
            active=row.active,
            **content,
        ),
    )
