"""Rituals over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from entente_objectives import actors
from entente_objectives.bodies import Moment, page_of
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, set_etag

from . import commands, domain, queries
from .queries import HeldRitual, LockedRitual, SeenRitual
from .schemas import AttendanceCreate, AttendanceRead, OccurrenceRead, RitualCreate, RitualRead

router = Router(tags=["rituals"])
RITUALS = "/partnerships/{partnership_id}/rituals"
ONE = f"{RITUALS}/{{ritual_id}}"


@router.post(RITUALS, status_code=201, operation_id="objectives_begin_ritual")
async def begin_ritual(
    body: RitualCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> RitualRead:
    """Begin what the parties shall do again and again."""
    rhythm = domain.Rhythm(body.rule, body.starts_at, body.time_zone)
    begun = await commands.begin(session, actors.speaker(member), body.title, body.purpose, rhythm)
    return await get_ritual(begun, response)


@router.get(RITUALS, operation_id="objectives_list_rituals")
async def list_rituals(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[RitualRead]:
    """The rituals of the partnership."""
    return page_of(RitualRead, await queries.list_rituals(session, member.partnership_id, cursor, limit))


@router.get(ONE, operation_id="objectives_get_ritual")
async def get_ritual(ritual: SeenRitual, response: Response) -> RitualRead:
    """One ritual."""
    set_etag(response, ritual.version)
    return RitualRead.model_validate(ritual)


@router.post(f"{ONE}/endings", status_code=201, operation_id="objectives_end_ritual")
async def end_ritual(
    ritual: LockedRitual, member: CurrentMember, session: CurrentSession, response: Response
) -> RitualRead:
    """End a ritual that your party keeps; who was there stays on record."""
    await commands.end(session, actors.speaker(member), ritual)
    return await get_ritual(ritual, response)


@router.get(f"{ONE}/occurrences", operation_id="objectives_list_ritual_occurrences")
async def list_occurrences(
    ritual: SeenRitual,
    session: CurrentSession,
    since: Annotated[Moment, Query(alias="from")],
    to: Moment,
) -> list[OccurrenceRead]:
    """When it takes place between two moments, a year apart at most, and how many people of each party were there."""
    domain.check_range(since, to)
    return [OccurrenceRead.model_validate(each) for each in await queries.occurrences(session, ritual, since, to)]


@router.post(f"{ONE}/attendances", status_code=201, operation_id="objectives_attend_ritual")
async def attend_ritual(
    body: AttendanceCreate, ritual: HeldRitual, member: CurrentMember, session: CurrentSession
) -> AttendanceRead:
    """Note that you were there."""
    attended = await commands.attend(session, actors.person(member), ritual, body.occurs_at)
    return AttendanceRead.model_validate(attended)


@router.get(f"{ONE}/attendances", operation_id="objectives_list_ritual_attendances")
async def list_attendances(
    ritual: SeenRitual, session: CurrentSession, occurs_at: Moment, cursor: Cursor = None, limit: Limit = 100
) -> Page[AttendanceRead]:
    """Who was there at one of its occurrences."""
    return page_of(AttendanceRead, await queries.list_attendances(session, ritual, occurs_at, cursor, limit))
