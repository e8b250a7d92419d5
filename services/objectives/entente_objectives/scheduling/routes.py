"""Schedules over HTTP, and the roadmap for calendar clients."""

from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.bodies import page_of
from entente_objectives.calendars.routes import ICALENDAR
from entente_objectives.roadmap.revision import lock_roadmap
from entente_objectives.roadmap.routes import ROADMAP
from entente_shared.events.objectives import Role
from entente_shared.i18n import preferred_language
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

from . import commands, queries
from .queries import LoadedSchedule
from .schemas import InputsRead, ScheduleBrief, ScheduleCreate, ScheduleRead
from .words import Words

router = Router(tags=["roadmap"])
SCHEDULES = ROADMAP + "/schedules"
ONE = SCHEDULES + "/{schedule_id}"


def _require_planner(member: Member) -> None:
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER)


async def _shown(session: AsyncSession, schedule: LoadedSchedule, request: Request, response: Response) -> ScheduleRead:
    set_etag(response, schedule.version)
    language = preferred_language(request.headers.get("accept-language", ""))
    return Words(await queries.names(session, schedule.partnership_id), language).schedule(schedule)


@router.post(
    SCHEDULES, status_code=201, operation_id="objectives_compute_schedule", summary="Compute the earliest schedule"
)
async def compute_schedule(
    body: ScheduleCreate, member: CurrentMember, session: CurrentSession, request: Request, response: Response
) -> ScheduleRead:
    """The earliest days that respect calendars, dependencies, windows, validations and deadlines, or what is in conflict.

    It is kept with what it was computed from. It plans nothing before it is accepted.
    """
    _require_planner(member)
    schedule = await commands.compute_schedule(session, member, body.from_on, body.horizon)
    return await _shown(session, schedule, request, response)


@router.get(SCHEDULES, operation_id="objectives_list_schedules", summary="Schedules that were computed")
async def list_schedules(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[ScheduleBrief]:
    return page_of(ScheduleBrief, await queries.list_schedules(session, member.partnership_id, cursor, limit))


@router.get(ONE, operation_id="objectives_get_schedule", summary="One schedule with its days or conflicts")
async def get_schedule(
    schedule: LoadedSchedule, session: CurrentSession, request: Request, response: Response
) -> ScheduleRead:
    return await _shown(session, schedule, request, response)


@router.get(ONE + "/inputs", operation_id="objectives_get_schedule_inputs", summary="What a schedule was computed from")
async def get_inputs(schedule: LoadedSchedule, session: CurrentSession) -> InputsRead:
    return InputsRead(**await queries.load_inputs(session, schedule))


@router.post(
    ONE + "/acceptance", status_code=201, operation_id="objectives_accept_schedule", summary="Plan by a schedule"
)
async def accept_schedule(
    *, schedule_id: UUID, member: CurrentMember, session: CurrentSession, request: Request, response: Response
) -> ScheduleRead:
    """Its days become the planned days of the actions. Refused once the roadmap or a calendar has changed."""
    _require_planner(member)
    await lock_roadmap(session, member.partnership_id)
    schedule = await queries.load_schedule(session, member.partnership_id, schedule_id, lock=True)
    check_if_match(request, schedule.version)
    await commands.accept_schedule(session, schedule, member)
    return await _shown(session, schedule, request, response)


@router.get(
    "/partnerships/{partnership_id}/roadmap.ics",
    operation_id="objectives_export_roadmap",
    summary="The roadmap for calendar clients",
    response_class=Response,
    responses=ICALENDAR,
)
async def export_roadmap(member: CurrentMember, session: CurrentSession) -> Response:
    """Milestones on their due dates, and actions on their planned or real days."""
    from .exporting import roadmap_object

    content = await roadmap_object(session, member.partnership_id)
    return Response(content, media_type="text/calendar; charset=utf-8")
