"""Partnerships, members and the clock over HTTP."""

from fastapi import Request, Response

from entente_objectives.bodies import page_of
from entente_shared.auth import Caller, CallerKind
from entente_shared.errors import N_, Forbidden
from entente_shared.events.objectives import Role
from entente_shared.timers import partnership_now
from entente_shared.web import (
    CurrentCaller,
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
from .schemas import ClockAdvance, ClockRead, MemberCreate, MemberRead, PartnershipCreate, PartnershipRead, PartyCreate

router = Router(tags=["partnerships"])
ONE = "/partnerships/{partnership_id}"


@router.post("/partnerships", status_code=201, operation_id="objectives_create_partnership")
async def create_partnership(
    body: PartnershipCreate, session: CurrentSession, caller: CurrentCaller, response: Response
) -> PartnershipRead:
    """Form a partnership that your organisation is a party of (systems need the scope organisation:admin)."""
    _check_may_form(caller, body.parties)
    parties = [
        commands.NewParty(party.organisation_id, party.weight, tuple((m.person_id, m.role) for m in party.members))
        for party in body.parties
    ]
    partnership_id = await commands.form_partnership(
        session, body.name, body.clock, body.starts_at, parties, body.stage
    )
    circle = await queries.load_circle(session, partnership_id)
    set_etag(response, circle.version)
    return PartnershipRead.model_validate(circle)


def _check_may_form(caller: Caller, parties: list[PartyCreate]) -> None:
    if caller.organisation_id not in {party.organisation_id for party in parties}:
        raise Forbidden(N_("A partnership is formed by one of its parties; name your organisation among them."))
    if caller.kind is CallerKind.SYSTEM:
        caller.require_scope("organisation:admin")


@router.get("/partnerships", operation_id="objectives_list_partnerships")
async def list_partnerships(
    session: CurrentSession, caller: CurrentCaller, cursor: Cursor = None, limit: Limit = 100
) -> Page[PartnershipRead]:
    """Your partnerships."""
    return page_of(PartnershipRead, await queries.list_partnerships(session, caller, cursor, limit))


@router.get(ONE, operation_id="objectives_get_partnership")
async def get_partnership(member: CurrentMember, session: CurrentSession, response: Response) -> PartnershipRead:
    """One partnership with its parties."""
    circle = await queries.load_circle(session, member.partnership_id)
    set_etag(response, circle.version)
    return PartnershipRead.model_validate(circle)


@router.get(f"{ONE}/members", operation_id="objectives_list_members")
async def list_members(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[MemberRead]:
    """Who acts for which party, by opaque ids."""
    return page_of(MemberRead, await queries.list_members(session, member.partnership_id, cursor, limit))


def _check_may_staff(member: Member) -> None:
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, scope="organisation:admin")


@router.post(f"{ONE}/members", status_code=201, operation_id="objectives_create_member")
async def create_member(
    body: MemberCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> MemberRead:
    """Give a person of your organisation a role (sponsors, alliance managers, or a system with organisation:admin)."""
    _check_may_staff(member)
    party = await queries.load_party(session, member.partnership_id, member.party_id)
    added = await commands.add_member(session, party, body.person_id, body.role)
    set_etag(response, added.version)
    return MemberRead.model_validate(added)


@router.delete(f"{ONE}/members/{{member_id}}", status_code=204, operation_id="objectives_delete_member")
async def delete_member(
    leaving: queries.LockedMember, member: CurrentMember, session: CurrentSession, request: Request
) -> None:
    """End a role in your own party. A party keeps at least one sponsor."""
    _check_may_staff(member)
    if leaving.party_id != member.party_id:
        raise Forbidden(N_("Each party names its own members; ask the member's party."))
    check_if_match(request, leaving.version)
    await commands.remove_member(session, leaving)


@router.get(f"{ONE}/clock", operation_id="objectives_get_clock")
async def get_clock(member: CurrentMember, session: CurrentSession) -> ClockRead:
    """The partnership's present."""
    partnership = await queries.load_partnership(session, member.partnership_id)
    return ClockRead(mode=partnership.clock, now=await partnership_now(session, member.partnership_id))


@router.post(f"{ONE}/clock", operation_id="objectives_advance_clock")
async def advance_clock(body: ClockAdvance, member: CurrentMember, session: CurrentSession) -> ClockRead:
    """Move a replay partnership's clock forward (sponsors, alliance managers, or a system with clock:advance)."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, scope="clock:advance")
    await commands.advance_clock(session, member.partnership_id, body.now)
    return await get_clock(member, session)
