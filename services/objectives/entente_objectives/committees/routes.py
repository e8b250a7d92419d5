"""Committees over HTTP."""

from uuid import UUID

from fastapi import Request, Response

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

from . import commands, queries
from .queries import LoadedCommittee, LockedCommittee
from .schemas import CommitteeChange, CommitteeCreate, CommitteeRead, SeatCreate

router = Router(tags=["governance"])
COMMITTEES = "/partnerships/{partnership_id}/committees"
ONE = f"{COMMITTEES}/{{committee_id}}"


def _check_may_staff(member: Member) -> None:
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)


@router.post(COMMITTEES, status_code=201, operation_id="objectives_create_committee")
async def create_committee(
    body: CommitteeCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> CommitteeRead:
    """Set up a committee (sponsors and alliance managers). Each party then names who sits in it."""
    _check_may_staff(member)
    made = await commands.create_committee(session, member.partnership_id, **dict(body))
    return await get_committee(made, session, response)


@router.get(COMMITTEES, operation_id="objectives_list_committees")
async def list_committees(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[CommitteeRead]:
    """The committees and who sits in them."""
    found, next_cursor = await queries.list_committees(session, member.partnership_id, cursor, limit)
    return Page(items=[CommitteeRead.of(each) for each in found], next_cursor=next_cursor)


@router.get(ONE, operation_id="objectives_get_committee")
async def get_committee(committee: LoadedCommittee, session: CurrentSession, response: Response) -> CommitteeRead:
    """One committee."""
    set_etag(response, committee.version)
    return CommitteeRead.of((await queries.seated(session, committee.partnership_id, [committee]))[0])


@router.put(ONE, operation_id="objectives_change_committee")
async def change_committee(
    *,
    body: CommitteeChange,
    committee: LockedCommittee,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> CommitteeRead:
    """Change its name, purpose, rhythm or chair (sponsors and alliance managers)."""
    _check_may_staff(member)
    check_if_match(request, committee.version)
    await commands.change_committee(session, committee, **dict(body))
    return await get_committee(committee, session, response)


@router.delete(ONE, status_code=204, operation_id="objectives_delete_committee")
async def delete_committee(
    committee: LockedCommittee, member: CurrentMember, session: CurrentSession, request: Request
) -> None:
    """Dissolve a committee that no mandate of the charter names (sponsors and alliance managers)."""
    _check_may_staff(member)
    check_if_match(request, committee.version)
    await commands.dissolve(session, committee)


@router.post(f"{ONE}/seats", status_code=201, operation_id="objectives_create_seat")
async def create_seat(
    *,
    body: SeatCreate,
    committee: LockedCommittee,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> CommitteeRead:
    """Name who sits for your party (sponsors and alliance managers). It holds for decisions that open later."""
    _check_may_staff(member)
    check_if_match(request, committee.version)
    await commands.take_seat(session, committee, member.party_id, body.member_id)
    return await get_committee(committee, session, response)


@router.delete(f"{ONE}/seats/{{seat_id}}", operation_id="objectives_delete_seat")
async def delete_seat(
    *,
    seat_id: UUID,
    committee: LockedCommittee,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> CommitteeRead:
    """End a seat of your party (sponsors and alliance managers). Open decisions keep their electorate."""
    _check_may_staff(member)
    check_if_match(request, committee.version)
    await commands.leave_seat(session, committee, member.party_id, await queries.load_seat(session, committee, seat_id))
    return await get_committee(committee, session, response)
