"""Delegations of votes over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from entente_objectives.bodies import page_of
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

from . import commands, queries
from .schemas import DelegationCreate, DelegationRead

router = Router(tags=["governance"])
DELEGATIONS = "/partnerships/{partnership_id}/delegations"


@router.post(DELEGATIONS, status_code=201, operation_id="objectives_create_delegation")
async def create_delegation(
    body: DelegationCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> DelegationRead:
    """Let a colleague of your party vote for you in decisions that open later (sponsors, managers, committee members)."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER)
    assert member.caller.person_id is not None, "a system holds no role"
    made = await commands.delegate(
        session,
        member.partnership_id,
        member.party_id,
        member.caller.person_id,
        delegate_id=body.delegate_id,
        about=body.domain,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
    )
    set_etag(response, made.version)
    return DelegationRead.model_validate(made)


@router.get(DELEGATIONS, operation_id="objectives_list_delegations")
async def list_delegations(
    member: CurrentMember,
    session: CurrentSession,
    person_id: Annotated[UUID | None, Query(description="whose vote it is")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[DelegationRead]:
    """Who may vote for whom, and those that were revoked."""
    found = await queries.list_delegations(
        session, member.partnership_id, person_id=person_id, cursor=cursor, limit=limit
    )
    return page_of(DelegationRead, found)


@router.delete(f"{DELEGATIONS}/{{delegation_id}}", operation_id="objectives_revoke_delegation")
async def revoke_delegation(
    delegation: queries.LockedDelegation,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> DelegationRead:
    """Take your vote back. Decisions that are open keep who votes for you in them."""
    check_if_match(request, delegation.version)
    await commands.revoke(session, delegation, member.caller.person_id)
    set_etag(response, delegation.version)
    return DelegationRead.model_validate(delegation)
