"""The opportunity's analyses over HTTP."""

from fastapi import Response

from entente_objectives.bodies import page_of
from entente_shared.events.objectives import Role
from entente_shared.web import (
    CurrentMember,
    CurrentSession,
    Cursor,
    Limit,
    Page,
    Router,
    set_etag,
)

from . import commands, queries
from .dependencies import LockedAnalysis, SeenAnalysis
from .schemas import AnalysisCreate, AnalysisRead, PositionCreate, PositionRead, ScoresBody

router = Router(tags=["opportunity"])
ANALYSES = "/partnerships/{partnership_id}/opportunity-analyses"
ONE = f"{ANALYSES}/{{opportunity_id}}"


@router.post(ANALYSES, status_code=201, operation_id="objectives_open_opportunity_analysis")
async def open_opportunity_analysis(
    body: AnalysisCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> AnalysisRead:
    """Ask whether to enter the partnership, before its charter is signed (sponsors and alliance managers)."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    opened = await commands.open_analysis(session, member.partnership_id, member.party_id, body.title)
    return await get_opportunity_analysis(opened, session, response)


@router.get(ANALYSES, operation_id="objectives_list_opportunity_analyses")
async def list_opportunity_analyses(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[AnalysisRead]:
    """All analyses, the concluded ones too."""
    found, next_cursor = await queries.list_analyses(session, member.partnership_id, cursor, limit)
    return Page(items=[AnalysisRead.of(each) for each in found], next_cursor=next_cursor)


@router.get(ONE, operation_id="objectives_get_opportunity_analysis")
async def get_opportunity_analysis(found: SeenAnalysis, session: CurrentSession, response: Response) -> AnalysisRead:
    """One analysis: scores with their reasons, what the rule recommends and by what, and who says go."""
    set_etag(response, found.version)
    return AnalysisRead.of(await queries.load_analysis(session, found))


@router.put(f"{ONE}/scores", operation_id="objectives_score_opportunity")
async def score_opportunity(
    body: ScoresBody, found: LockedAnalysis, member: CurrentMember, session: CurrentSession, response: Response
) -> AnalysisRead:
    """Score the convergence for your party, or score it anew until a sponsor decides (sponsors, alliance managers)."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    assert member.caller.person_id is not None, "a system holds no role"
    await commands.score(session, found, member.party_id, member.caller.person_id, body.scores())
    return await get_opportunity_analysis(found, session, response)


@router.post(f"{ONE}/positions", status_code=201, operation_id="objectives_take_opportunity_position")
async def take_opportunity_position(
    body: PositionCreate, found: LockedAnalysis, member: CurrentMember, session: CurrentSession, response: Response
) -> AnalysisRead:
    """Say go or not for your party (sponsors). Another position before all have decided replaces it; both are kept."""
    member.require(Role.SPONSOR)
    assert member.caller.person_id is not None, "a system holds no role"
    person_id = member.caller.person_id
    await commands.take_position(session, found, member.party_id, person_id, body.position, body.reason)
    return await get_opportunity_analysis(found, session, response)


@router.get(f"{ONE}/positions", operation_id="objectives_list_opportunity_positions")
async def list_opportunity_positions(
    found: SeenAnalysis, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[PositionRead]:
    """Every position that was taken, those that were replaced too."""
    return page_of(PositionRead, await queries.list_positions(session, found, cursor, limit))
