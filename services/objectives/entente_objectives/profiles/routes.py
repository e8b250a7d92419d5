"""Profiles over HTTP: asked for in rounds, sealed until every party has declared, then shown to all at once."""

from functools import partial
from uuid import UUID

from fastapi import Request, Response

from entente_objectives.sealing import commands as sealing
from entente_objectives.sealing import queries
from entente_objectives.sealing.domain import Kind
from entente_objectives.sealing.schemas import DeclarationReceipt
from entente_shared.events.objectives import Role
from entente_shared.web import (
    CurrentMember,
    CurrentSession,
    Cursor,
    Limit,
    Page,
    Router,
    check_if_match,
    set_etag,
)

from . import commands
from .dependencies import LockedRound, SeenRound
from .schemas import ProfileBody, ProfileRead, ProfileRoundCreate, ProfileRoundRead

router = Router(tags=["profiles"])
ROUNDS = "/partnerships/{partnership_id}/profile-rounds"
ONE = f"{ROUNDS}/{{round_id}}"


@router.post(ROUNDS, status_code=201, operation_id="objectives_open_profile_round")
async def open_profile_round(
    body: ProfileRoundCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> ProfileRoundRead:
    """Ask every party for its profile (sponsors and alliance managers). One round is open at a time."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    opened = await commands.open_round(session, member.partnership_id, member.party_id, body.expectations)
    return await get_profile_round(opened, session, response)


@router.get(ROUNDS, operation_id="objectives_list_profile_rounds")
async def list_profile_rounds(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[ProfileRoundRead]:
    """All rounds, with who has declared and who is awaited."""
    found, next_cursor = await queries.list_rounds(session, member.partnership_id, Kind.PROFILE, cursor, limit)
    return Page(items=[ProfileRoundRead.of(each) for each in found], next_cursor=next_cursor)


@router.get(ONE, operation_id="objectives_get_profile_round")
async def get_profile_round(found: SeenRound, session: CurrentSession, response: Response) -> ProfileRoundRead:
    """One round, with who has declared and who is awaited."""
    set_etag(response, found.version)
    return ProfileRoundRead.of(await queries.load_awaiting(session, found))


@router.post(f"{ONE}/withdrawal", status_code=201, operation_id="objectives_withdraw_profile_round")
async def withdraw_profile_round(
    found: LockedRound, member: CurrentMember, session: CurrentSession, request: Request, response: Response
) -> ProfileRoundRead:
    """End a round that your party opened, before it is revealed (sponsors and alliance managers).

    What was declared in it stays sealed for ever; another round may be opened.
    """
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    check_if_match(request, found.version)
    await sealing.withdraw(session, found, member.party_id)
    return await get_profile_round(found, session, response)


@router.put(f"{ONE}/profile", operation_id="objectives_declare_profile")
async def declare_profile(
    *,
    body: ProfileBody,
    found: LockedRound,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> DeclarationReceipt:
    """Declare your party's profile, or replace it before the round is revealed (sponsors and alliance managers).

    Nobody else sees it until every party has declared; the last party's declaration shows all profiles to all.
    """
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    assert member.caller.person_id is not None, "a system holds no role"
    check = partial(check_if_match, request)
    declared = await commands.declare(session, found, member.party_id, member.caller.person_id, body, check)
    set_etag(response, declared.version)
    return DeclarationReceipt.of(declared, found)


@router.get(f"{ONE}/profiles", operation_id="objectives_list_profiles")
async def list_profiles(
    found: SeenRound, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[ProfileRead]:
    """Your own party's profile; every party's once the round is revealed. The cursor is a party's id."""
    rows, next_cursor = await queries.list_declarations(session, found, cursor, limit)
    return Page(items=[ProfileRead.of(each) for each in rows], next_cursor=next_cursor)


@router.get(f"{ONE}/profiles/{{party_id}}", operation_id="objectives_get_profile")
async def get_profile(party_id: UUID, found: SeenRound, session: CurrentSession, response: Response) -> ProfileRead:
    """One party's profile: your own party's at any time, another's once the round is revealed."""
    declaration = await queries.get_declaration(session, found, party_id)
    set_etag(response, declaration.version)
    return ProfileRead.of(declaration)
