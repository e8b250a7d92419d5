"""Grants over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from entente_objectives.bodies import page_of
from entente_shared.errors import N_
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

from . import commands, domain, queries
from .queries import LoadedGrant, LockedGrant
from .schemas import AccessRead, GrantCreate, GrantRead, RevocationCreate

router = Router(tags=["grants"])
GRANTS = "/partnerships/{partnership_id}/grants"
ONE = GRANTS + "/{grant_id}"


@router.post(GRANTS, status_code=201, operation_id="objectives_create_grant", summary="Grant the reading of a record")
async def create_grant(
    body: GrantCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> GrantRead:
    """Let other parties read a record of your own for one purpose, until a date (sponsors and alliance managers)."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    grant_id = await commands.grant(session, member, body.record, body.record_id, body.draft())
    return await get_grant(await queries.load_grant(session, member.partnership_id, grant_id), response)


@router.get(GRANTS, operation_id="objectives_list_grants", summary="What your party granted and was granted")
async def list_grants(
    *,
    member: CurrentMember,
    session: CurrentSession,
    record_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[GrantRead]:
    found, next_cursor = await queries.list_grants(
        session, member.partnership_id, record_id=record_id, cursor=cursor, limit=limit
    )
    return Page(items=[GrantRead.of(each) for each in found], next_cursor=next_cursor)


@router.get(ONE, operation_id="objectives_get_grant", summary="One grant")
async def get_grant(seen: LoadedGrant, response: Response) -> GrantRead:
    set_etag(response, seen.grant.version)
    return GrantRead.of(seen)


@router.post(ONE + "/revocation", status_code=201, operation_id="objectives_revoke_grant", summary="Revoke a grant")
async def revoke_grant(
    *,
    body: RevocationCreate,
    seen: LockedGrant,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> GrantRead:
    """From then on nobody reads the record under it (sponsors and alliance managers of the party that granted)."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    check_if_match(request, seen.grant.version)
    await commands.revoke(session, seen.grant, member, body.reason)
    return await get_grant(await queries.load_grant(session, member.partnership_id, seen.grant.id), response)


@router.get(
    ONE + "/accesses", operation_id="objectives_list_grant_accesses", summary="Who read the record under a grant"
)
async def list_accesses(
    seen: LoadedGrant, member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[AccessRead]:
    """For the party that granted."""
    if seen.grant.party_id != member.party_id:
        raise domain.NotOwn(N_("Another party gave this grant; only that party sees who read the record."))
    return page_of(AccessRead, await queries.list_accesses(session, seen.grant, cursor, limit))
