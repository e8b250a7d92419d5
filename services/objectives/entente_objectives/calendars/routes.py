"""Calendars over HTTP."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from entente_objectives.bodies import Moment
from entente_objectives.roadmap.revision import begin_revision
from entente_shared.errors import N_, Unprocessable
from entente_shared.events.objectives import Role
from entente_shared.web import (
    CurrentMember,
    CurrentSession,
    Cursor,
    Limit,
    Member,
    Page,
    Router,
    check_if_match,
    set_etag,
)

from . import commands, queries, searching
from .queries import LoadedCalendar
from .schemas import LONGEST_SEARCH, CalendarCreate, CalendarRead, OccurrencesRead, WindowsCreate, WindowsRead

router = Router(tags=["calendars"])
CALENDARS = "/partnerships/{partnership_id}/calendars"
ONE = CALENDARS + "/{calendar_id}"
LONGEST_VIEW = timedelta(days=400)
ICALENDAR: dict[int | str, dict[str, Any]] = {
    200: {"description": "an iCalendar object (RFC 5545)", "content": {"text/calendar": {}}}
}
From = Annotated[Moment, Query(alias="from", examples=["2026-01-01T00:00:00Z"])]
To = Annotated[Moment, Query(examples=["2026-02-01T00:00:00Z"])]


class InvalidSpan(Unprocessable):
    slug, title = "invalid-span", N_("The span of time cannot be looked at")


async def keeper(member: CurrentMember, session: CurrentSession) -> Member:
    """A sponsor or alliance manager, with the roadmap locked: what was scheduled before is then out of date."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    await begin_revision(session, member.partnership_id)
    return member


Keeper = Annotated[Member, Depends(keeper)]


@router.post(CALENDARS, status_code=201, operation_id="objectives_create_calendar", summary="Add your party's calendar")
async def create_calendar(
    body: CalendarCreate, member: Keeper, session: CurrentSession, response: Response
) -> CalendarRead:
    """Sponsors and alliance managers. With `shared: true` it is one that all parties keep."""
    row = await commands.add_calendar(session, member.partnership_id, member.party_id, body)
    return await get_calendar(row, response)


@router.get(CALENDARS, operation_id="objectives_list_calendars", summary="The parties' calendars, and shared ones")
async def list_calendars(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[CalendarRead]:
    rows, next_cursor = await queries.list_calendars(session, member.partnership_id, cursor, limit)
    return Page(items=[queries.shown(row) for row in rows], next_cursor=next_cursor)


@router.post(CALENDARS + "/windows", operation_id="objectives_find_windows", summary="Find when all can meet")
async def find_windows(body: WindowsCreate, member: CurrentMember, session: CurrentSession) -> WindowsRead:
    """The best windows, which do not overlap, best first. Nothing is kept."""
    _check_span(body.starts_at, body.ends_at, LONGEST_SEARCH, "/ends_at")
    if not timedelta(minutes=1) <= body.length <= body.ends_at - body.starts_at:
        raise InvalidSpan(
            N_("length: is below a minute or longer than the time to search in; choose another."), pointer="/length"
        )
    rows = await queries.chosen(session, member.partnership_id, body.calendar_ids, "/calendar_ids")
    return await asyncio.to_thread(searching.windows, rows, body)


def _check_span(since: datetime, to: datetime, longest: timedelta, pointer: str) -> None:
    if not timedelta(0) < to - since <= longest:
        raise InvalidSpan(
            N_("The end is not after the beginning, or more than {days} days after it; choose another."),
            pointer=pointer,
            days=longest.days,
        )


@router.get(
    CALENDARS + "/{calendar_id}.ics",
    operation_id="objectives_export_calendar",
    summary="A calendar for calendar clients",
    response_class=Response,
    responses=ICALENDAR,
)
async def export_calendar(row: LoadedCalendar) -> Response:
    """Working hours without the days that are free, and holidays, blackouts, budget windows and cycles as whole days."""
    from .exporting import calendar_object

    content = await asyncio.to_thread(calendar_object, row)
    return Response(content, media_type="text/calendar; charset=utf-8", headers={"ETag": f'"{row.version}"'})


@router.get(ONE, operation_id="objectives_get_calendar", summary="One calendar")
async def get_calendar(row: LoadedCalendar, response: Response) -> CalendarRead:
    set_etag(response, row.version)
    return queries.shown(row)


@router.get(
    ONE + "/occurrences",
    operation_id="objectives_list_occurrences",
    summary="When it is worked, and what falls in a span",
)
async def list_occurrences(row: LoadedCalendar, since: From, to: To) -> OccurrencesRead:
    """At most 400 days, in which rules are followed."""
    _check_span(since, to, LONGEST_VIEW, "query: to")
    return await asyncio.to_thread(searching.occurrences, row, since, to)


@router.put(ONE, operation_id="objectives_update_calendar", summary="Change a calendar")
async def update_calendar(
    *,
    calendar_id: UUID,
    body: CalendarCreate,
    member: Keeper,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> CalendarRead:
    row = await queries.load_calendar(session, member.partnership_id, calendar_id, lock=True)
    check_if_match(request, row.version)
    await commands.change_calendar(session, row, member.party_id, body)
    return await get_calendar(row, response)


@router.delete(
    ONE, status_code=204, operation_id="objectives_delete_calendar", summary="Retire a calendar that nothing follows"
)
async def delete_calendar(calendar_id: UUID, member: Keeper, session: CurrentSession, request: Request) -> None:
    row = await queries.load_calendar(session, member.partnership_id, calendar_id, lock=True)
    check_if_match(request, row.version)
    await commands.retire_calendar(session, row, member.party_id)
