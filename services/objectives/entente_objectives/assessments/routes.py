"""Self and cross assessment over HTTP: sealed like profiles, then shown to all with the gaps."""

from functools import partial
from uuid import UUID

from fastapi import Request, Response

from entente_objectives.sealing import commands as sealing
from entente_objectives.sealing import queries as rounds
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

from . import commands, domain, queries
from .dependencies import LockedRound, SeenRound
from .schemas import AssessmentBody, AssessmentRead, AssessmentRoundCreate, AssessmentRoundRead, GapRead, GapsRead

router = Router(tags=["diagnosis"])
ROUNDS = "/partnerships/{partnership_id}/assessment-rounds"
ONE = f"{ROUNDS}/{{round_id}}"


@router.post(ROUNDS, status_code=201, operation_id="objectives_open_assessment_round")
async def open_assessment_round(
    body: AssessmentRoundCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> AssessmentRoundRead:
    """Ask every party to rate itself and every other one (sponsors and alliance managers). One is open at a time."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    opened = await commands.open_round(session, member.partnership_id, member.party_id, body.dimensions)
    return await get_assessment_round(opened, session, response)


@router.get(ROUNDS, operation_id="objectives_list_assessment_rounds")
async def list_assessment_rounds(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[AssessmentRoundRead]:
    """All rounds, with who has declared and who is awaited."""
    found, next_cursor = await rounds.list_rounds(session, member.partnership_id, Kind.ASSESSMENT, cursor, limit)
    return Page(items=[AssessmentRoundRead.of(each) for each in found], next_cursor=next_cursor)


@router.get(ONE, operation_id="objectives_get_assessment_round")
async def get_assessment_round(found: SeenRound, session: CurrentSession, response: Response) -> AssessmentRoundRead:
    """One round, with who has declared and who is awaited."""
    set_etag(response, found.version)
    return AssessmentRoundRead.of(await rounds.load_awaiting(session, found))


@router.post(f"{ONE}/withdrawal", status_code=201, operation_id="objectives_withdraw_assessment_round")
async def withdraw_assessment_round(
    found: LockedRound, member: CurrentMember, session: CurrentSession, request: Request, response: Response
) -> AssessmentRoundRead:
    """End a round that your party opened, before it is revealed (sponsors and alliance managers).

    What was declared in it stays sealed for ever; another round may be opened.
    """
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    check_if_match(request, found.version)
    await sealing.withdraw(session, found, member.party_id)
    return await get_assessment_round(found, session, response)


@router.put(f"{ONE}/assessment", operation_id="objectives_declare_assessment")
async def declare_assessment(
    *,
    body: AssessmentBody,
    found: LockedRound,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> DeclarationReceipt:
    """Rate every party, or replace your ratings before the round is revealed (sponsors and alliance managers).

    Nobody else sees them until every party has rated; the last party's ratings show all to all.
    """
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    assert member.caller.person_id is not None, "a system holds no role"
    check = partial(check_if_match, request)
    declared = await commands.assess(session, found, member.party_id, member.caller.person_id, body, check)
    set_etag(response, declared.version)
    return DeclarationReceipt.of(declared, found)


@router.get(f"{ONE}/assessments", operation_id="objectives_list_assessments")
async def list_assessments(
    found: SeenRound, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[AssessmentRead]:
    """Your own party's ratings; every party's once the round is revealed. The cursor is a party's id."""
    rows, next_cursor = await rounds.list_declarations(session, found, cursor, limit)
    return Page(items=[AssessmentRead.of(each) for each in rows], next_cursor=next_cursor)


@router.get(f"{ONE}/assessments/{{party_id}}", operation_id="objectives_get_assessment")
async def get_assessment(
    party_id: UUID, found: SeenRound, session: CurrentSession, response: Response
) -> AssessmentRead:
    """One party's ratings: your own party's at any time, another's once the round is revealed."""
    declaration = await rounds.get_declaration(session, found, party_id)
    set_etag(response, declaration.version)
    return AssessmentRead.of(declaration)


@router.get(f"{ONE}/gaps", operation_id="objectives_list_assessment_gaps")
async def list_assessment_gaps(found: SeenRound, session: CurrentSession) -> GapsRead:
    """How each party sees itself, and how the others do."""
    gaps = await queries.load_gaps(session, found)
    items = [GapRead.model_validate(each) for each in gaps]
    return GapsRead(round_id=found.id, gaps=items, rule_version=domain.RULE_VERSION)
