"""Commitments over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from entente_objectives.acting import person_of
from entente_objectives.bodies import page_of
from entente_shared.errors import N_
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

from . import commands, queries, reliability, resolving
from .commands import By, Promise
from .domain import CommitmentStatus, InvalidCommitment
from .queries import LoadedCommitment, LockedCommitment
from .schemas import (
    CommitmentChangeRead,
    CommitmentConfirm,
    CommitmentCreate,
    CommitmentPatch,
    CommitmentRead,
    DeclarationCreate,
    ReliabilityList,
    ReliabilityRead,
    WaiverCreate,
    parts_of,
)

router = Router(tags=["commitments"])
COMMITMENTS = "/partnerships/{partnership_id}/commitments"
ONE = f"{COMMITMENTS}/{{commitment_id}}"
PROMISING = (Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER, Role.CONTRIBUTOR)
CONFIRMING = (Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER)


def _by(member: Member, *roles: Role) -> By:
    member.require(*roles)
    return By(member.party_id, person_of(member))


@router.get(COMMITMENTS, operation_id="objectives_list_commitments")
async def list_commitments(
    *,
    member: CurrentMember,
    session: CurrentSession,
    status: Annotated[CommitmentStatus | None, Query()] = None,
    party_id: Annotated[UUID | None, Query(description="whose they are")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[CommitmentRead]:
    """What the parties committed to by when."""
    found = await queries.list_commitments(
        session, member.partnership_id, status=status, party_id=party_id, cursor=cursor, limit=limit
    )
    return page_of(CommitmentRead, found)


@router.post(COMMITMENTS, status_code=201, operation_id="objectives_create_commitment")
async def create_commitment(
    body: CommitmentCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> CommitmentRead:
    """Commit your party to something by a date (any member but observers and mediators)."""
    by = _by(member, *PROMISING)
    given = Promise(
        body.what, body.due_at, body.owner_member_id, body.grace, body.kpi_id, body.objective_id, None, parts_of(body)
    )
    commitment = await commands.promise(session, member.partnership_id, given, by)
    response.headers["Location"] = f"/v1/partnerships/{member.partnership_id}/commitments/{commitment.id}"
    return await get_commitment(commitment, session, response)


@router.get(ONE, operation_id="objectives_get_commitment")
async def get_commitment(commitment: LoadedCommitment, session: CurrentSession, response: Response) -> CommitmentRead:
    """One commitment."""
    await session.flush()
    set_etag(response, commitment.version)
    return CommitmentRead.model_validate(
        (await queries.with_parts(session, commitment.partnership_id, [commitment]))[0]
    )


@router.patch(ONE, operation_id="objectives_change_commitment")
async def change_commitment(
    *,
    body: CommitmentPatch,
    commitment: LockedCommitment,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> CommitmentRead:
    """Change it with a reason: its own party who keeps it, and sooner; another party what it says, and a later date."""
    by = _by(member, *CONFIRMING)
    check_if_match(request, commitment.version)
    if body.model_fields_set <= {"reason"}:
        raise InvalidCommitment(N_("Nothing to change is named; name at least one field beside the reason."))
    named = (body.responsible, body.consulted, body.informed) != (None, None, None)
    to = resolving.Revision(body.what, body.due_at, body.owner_member_id, parts_of(body) if named else None)
    await resolving.change(session, commitment, to, by, body.reason)
    return await get_commitment(commitment, session, response)


@router.get(f"{ONE}/changes", operation_id="objectives_list_commitment_changes")
async def list_changes(
    commitment: LoadedCommitment, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[CommitmentChangeRead]:
    """Everything that happened to it, with what it said afterwards."""
    return page_of(CommitmentChangeRead, await queries.list_changes(session, commitment, cursor, limit))


@router.post(f"{ONE}/declarations", status_code=201, operation_id="objectives_declare_commitment")
async def declare_commitment(
    *,
    body: DeclarationCreate,
    commitment: LockedCommitment,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> CommitmentRead:
    """Declare your party's commitment done. Another party confirms it, or its silence does."""
    by = _by(member, *PROMISING)
    check_if_match(request, commitment.version)
    await resolving.declare(session, commitment, by, body.note)
    return await get_commitment(commitment, session, response)


@router.post(f"{ONE}/confirmations", status_code=201, operation_id="objectives_confirm_commitment")
async def confirm_commitment(
    *,
    body: CommitmentConfirm,
    commitment: LockedCommitment,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> CommitmentRead:
    """Confirm or contradict another party's declaration. Confirmed, it was kept if declared by its due date, else late."""
    by = _by(member, *CONFIRMING)
    check_if_match(request, commitment.version)
    if not body.accepted and body.note is None:
        raise InvalidCommitment(N_("note: missing; say why the commitment is not kept."), pointer="/note")
    await resolving.answer(session, commitment, by, body.note, accepted=body.accepted)
    return await get_commitment(commitment, session, response)


@router.post(f"{ONE}/waivers", status_code=201, operation_id="objectives_waive_commitment")
async def waive_commitment(
    *,
    body: WaiverCreate,
    commitment: LockedCommitment,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> CommitmentRead:
    """Release another party from its commitment (sponsors and alliance managers)."""
    by = _by(member, Role.SPONSOR, Role.ALLIANCE_MANAGER)
    check_if_match(request, commitment.version)
    await resolving.waive(session, commitment, by, body.reason)
    return await get_commitment(commitment, session, response)


@router.get("/partnerships/{partnership_id}/reliability", operation_id="objectives_get_reliability")
async def get_reliability(member: CurrentMember, session: CurrentSession) -> ReliabilityList:
    """How far each party's word could be relied on, with the parts that the index is made of."""
    words = await queries.words_of(session, member.partnership_id)
    items = [
        ReliabilityRead(
            party_id=word.party_id, name=word.name, index=word.found.index, share=word.found.share,
            observations=word.found.observations, parts=word.parts,
            open=word.open, overdue=word.overdue, waived=word.waived,
        )
        for word in words
    ]  # fmt: skip
    return ReliabilityList(half_life=reliability.HALF_LIFE, rule_version=reliability.RULE_VERSION, items=items)
