"""Record interviews, and read what they say by theme."""

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

from ..circle import confidence
from . import commands, domain, queries
from .schemas import InterviewCreate, InterviewPut, InterviewRead, InterviewReceipt, ThemeRead, ThemesRead

router = Router(tags=["surveys"])
INTERVIEWS = "/partnerships/{partnership_id}/interviews"


@router.post(
    INTERVIEWS, status_code=201, operation_id="kpi_create_interview", summary="Record an interview that you held"
)
async def create_interview(
    body: InterviewCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> InterviewReceipt:
    """You alone can read it. What it says is told by theme, together with at least four others of the same party."""
    interview = await commands.record_interview(
        session,
        member.partnership_id,
        _interviewer(member),
        party_id=body.party_id,
        held_at=body.held_at,
        codes=[each.code() for each in body.codes],
    )
    set_etag(response, interview.version)
    return InterviewReceipt.model_validate(interview)


@router.get(INTERVIEWS, operation_id="kpi_list_interviews", summary="The interviews that you held")
async def list_interviews(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[InterviewRead]:
    found, next_cursor = await queries.list_interviews(
        session, member.partnership_id, member.caller.person_id, cursor, limit
    )
    return Page(items=[InterviewRead.model_validate(each) for each in found], next_cursor=next_cursor)


@router.get(
    INTERVIEWS + "/themes", operation_id="kpi_list_interview_themes", summary="What the interviews say, by theme"
)
async def list_themes(member: CurrentMember, session: CurrentSession) -> ThemesRead:
    """A party's interviews are told in groups of five, in the order of their recording; those left over wait."""
    found = await queries.themes(session, member.partnership_id)
    return ThemesRead(items=[ThemeRead.model_validate(theme) for theme in found], rule_version=domain.RULE_VERSION)


@router.get(INTERVIEWS + "/{interview_id}", operation_id="kpi_get_interview", summary="One interview that you held")
async def get_interview(
    interview_id: UUID, member: CurrentMember, session: CurrentSession, response: Response
) -> InterviewRead:
    interview = await queries.get(session, member.partnership_id, member.caller.person_id, interview_id)
    set_etag(response, interview.version)
    return InterviewRead.model_validate(interview)


@router.put(
    INTERVIEWS + "/{interview_id}",
    operation_id="kpi_update_interview",
    summary="Change an interview that is not told yet",
)
async def update_interview(
    *,
    interview_id: UUID,
    body: InterviewPut,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> InterviewReceipt:
    interview = await queries.get(session, member.partnership_id, member.caller.person_id, interview_id, lock=True)
    check_if_match(request, interview.version)
    await commands.change_interview(
        session, interview, held_at=body.held_at, codes=[each.code() for each in body.codes]
    )
    set_etag(response, interview.version)
    return InterviewReceipt.model_validate(interview)


def _interviewer(member: Member) -> UUID:
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER, Role.MEDIATOR)
    return confidence.person(member)
