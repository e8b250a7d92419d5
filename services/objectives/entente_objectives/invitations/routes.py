"""Invitations over HTTP. A token stands in bodies only: addresses are logged and traced, bodies are not."""

from uuid import UUID

from fastapi import Request, Response

from entente_objectives.acting import person_of
from entente_objectives.bodies import page_of
from entente_objectives.partnerships.queries import load_party
from entente_shared.auth import Caller, CallerKind
from entente_shared.errors import N_, Forbidden, Unprocessable
from entente_shared.events.objectives import Role
from entente_shared.web import (
    CurrentCaller,
    CurrentMember,
    CurrentSession,
    Cursor,
    Limit,
    Page,
    Router,
    check_if_match,
    set_etag,
    withhold_response,
)

from . import commands, queries
from .schemas import (
    InvitationAcceptanceCreate,
    InvitationAcceptanceRead,
    InvitationCreate,
    InvitationMade,
    InvitationRead,
)

router = Router(tags=["invitations"])
INVITATIONS = "/partnerships/{partnership_id}/invitations"


@router.post(INVITATIONS, status_code=201, operation_id="objectives_create_invitation")
async def create_invitation(
    *,
    body: InvitationCreate,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> InvitationMade:
    """Invite a person of your own organisation by link (sponsors and alliance managers). The token is shown this once."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    withhold_response(request)
    party = await load_party(session, member.partnership_id, member.party_id)
    made, token = await commands.invite(session, party, person_of(member), body.role, body.valid_for)
    set_etag(response, made.version)
    shown = InvitationRead.model_validate(await queries.show(session, made))
    return InvitationMade(**shown.model_dump(), token=token)


@router.get(INVITATIONS, operation_id="objectives_list_invitations")
async def list_invitations(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[InvitationRead]:
    """Your party's invitations and what became of them."""
    found = await queries.list_invitations(session, member.partnership_id, member.party_id, cursor, limit)
    return page_of(InvitationRead, found)


@router.delete(f"{INVITATIONS}/{{invitation_id}}", status_code=204, operation_id="objectives_revoke_invitation")
async def revoke_invitation(
    invitation: queries.LockedInvitation, member: CurrentMember, session: CurrentSession, request: Request
) -> None:
    """Revoke an invitation of your party (sponsors and alliance managers)."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    check_if_match(request, invitation.version)
    await commands.revoke(session, invitation)


@router.post("/invitations/acceptances", status_code=201, operation_id="objectives_accept_invitation")
async def accept_invitation(
    body: InvitationAcceptanceCreate, session: CurrentSession, caller: CurrentCaller
) -> InvitationAcceptanceRead:
    """Become a member by an invitation of your organisation (a person; or a system with organisation:admin for one)."""
    person_id = _accepting(caller, body.person_id)
    invitation = await queries.find_by_token(session, caller.organisation_id, body.token)
    member = await commands.accept(session, invitation, person_id)
    return InvitationAcceptanceRead(
        partnership_id=member.partnership_id,
        member_id=member.id,
        party_id=member.party_id,
        person_id=member.person_id,
        role=member.role,
    )


def _accepting(caller: Caller, named: UUID | None) -> UUID:
    if caller.person_id is not None:
        if named not in (None, caller.person_id):
            raise Forbidden(N_("person_id: a person accepts for themselves; leave it out."))
        return caller.person_id
    if caller.kind is not CallerKind.SYSTEM:
        raise Forbidden(N_("Use a key of the organisation that was invited."))
    caller.require_scope("organisation:admin")
    if named is None:
        raise Unprocessable(N_("person_id: missing; name the person of your organisation."), pointer="/person_id")
    return named
