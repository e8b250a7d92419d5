"""Reads of calendars."""

from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, NotFound, Unprocessable
from entente_shared.web import CurrentMember, CurrentSession, paginate

from .domain import reading
from .domain.working import Calendar
from .models import CalendarRow
from .schemas import CalendarRead


class UnknownCalendar(Unprocessable):
    slug, title = "unknown-calendar", N_("There is no such calendar")


def _active(partnership_id: UUID) -> Select[CalendarRow]:
    return select(CalendarRow).where(CalendarRow.partnership_id == partnership_id, CalendarRow.active)


def followed(row: CalendarRow) -> Calendar:
    """Its rules were checked when it was written. There may be hundreds to read, which is for a thread."""
    return reading.read(row.id, row.party_id, row.name, row.zone, row.validation_days, row.content)


def shown(row: CalendarRow) -> CalendarRead:
    own = {name: getattr(row, name) for name in ("id", "party_id", "name", "zone", "validation_days", "changed_at")}
    return CalendarRead(**own, **row.content)


async def list_calendars(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    return await paginate(session, _active(partnership_id), CalendarRow.id, cursor, limit)


async def load_calendar(
    session: AsyncSession, partnership_id: UUID, calendar_id: UUID, *, lock: bool = False
) -> CalendarRow:
    found = await session.get(CalendarRow, (partnership_id, calendar_id), with_for_update=lock or None)
    if found is None or not found.active:
        raise NotFound(N_("There is no such calendar; GET .../calendars lists them."))
    return found


async def calendars_of(session: AsyncSession, partnership_id: UUID) -> dict[UUID, CalendarRow]:
    rows = await session.execute(_active(partnership_id).order_by(CalendarRow.id))
    return {row.id: row for row in rows.scalars()}


async def chosen(session: AsyncSession, partnership_id: UUID, ids: Iterable[UUID], pointer: str) -> list[CalendarRow]:
    """The calendars with these ids. Raises UnknownCalendar with the pointer of the first that is not there."""
    known = await calendars_of(session, partnership_id)
    for index, calendar_id in enumerate(ids):
        if calendar_id not in known:
            raise UnknownCalendar(
                N_("No calendar of this partnership has this id; GET .../calendars lists them."),
                pointer=f"{pointer}/{index}",
            )
    return [known[calendar_id] for calendar_id in dict.fromkeys(ids)]


async def _loaded(calendar_id: UUID, member: CurrentMember, session: CurrentSession) -> CalendarRow:
    return await load_calendar(session, member.partnership_id, calendar_id)


LoadedCalendar = Annotated[CalendarRow, Depends(_loaded)]
