"""Make, answer and close surveys, and read what they say."""

from functools import partial

from fastapi import Request, Response

from entente_shared.errors import N_, Forbidden
from entente_shared.events.objectives import Role
from entente_shared.timers import partnership_now
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
from .dependencies import HeldSurvey, LockedSurvey, SeenSurvey
from .schemas import RespondentRead, ResultsRead, SheetCreate, SheetRead, SheetReceipt, SurveyCreate, SurveyRead

router = Router(tags=["surveys"])
SURVEYS = "/partnerships/{partnership_id}/surveys"
ONE = SURVEYS + "/{survey_id}"


class NotYourSurvey(Forbidden):
    slug = "not-your-survey"
    title = N_("Only the party that made the survey may do this")


@router.post(SURVEYS, status_code=201, operation_id="kpi_create_survey", summary="Ask all parties the same questions")
async def create_survey(
    body: SurveyCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> SurveyRead:
    _may_manage(member)
    survey = await commands.create_survey(
        session,
        member.partnership_id,
        member.party_id,
        title=body.title,
        questions=[each.question() for each in body.questions],
        opens_at=body.opens_at,
        closes_at=body.closes_at,
    )
    return await get_survey(survey, session, response)


@router.get(SURVEYS, operation_id="kpi_list_surveys", summary="The surveys of a partnership")
async def list_surveys(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[SurveyRead]:
    surveys, next_cursor = await queries.list_surveys(session, member.partnership_id, cursor, limit)
    answered = await queries.answered(session, member.partnership_id, [survey.id for survey in surveys])
    now = await partnership_now(session, member.partnership_id)
    items = [SurveyRead.of(each, commands.state(each, now), answered[each.id]) for each in surveys]
    return Page(items=items, next_cursor=next_cursor)


@router.get(ONE, operation_id="kpi_get_survey", summary="One survey")
async def get_survey(survey: SeenSurvey, session: CurrentSession, response: Response) -> SurveyRead:
    set_etag(response, survey.version)
    answered = await queries.answered(session, survey.partnership_id, [survey.id])
    now = await partnership_now(session, survey.partnership_id)
    return SurveyRead.of(survey, commands.state(survey, now), answered[survey.id])


@router.put(ONE, operation_id="kpi_update_survey", summary="Change a survey before it opens")
async def update_survey(
    *, body: SurveyCreate, survey: LockedSurvey, member: CurrentMember, session: CurrentSession, response: Response
) -> SurveyRead:
    """Only the party that made it may."""
    _own(member, survey.party_id == member.party_id)
    await commands.change_survey(
        session,
        survey,
        title=body.title,
        questions=[each.question() for each in body.questions],
        opens_at=body.opens_at,
        closes_at=body.closes_at,
    )
    return await get_survey(survey, session, response)


@router.post(
    ONE + "/closure", status_code=201, operation_id="kpi_close_survey", summary="Close a survey before its time"
)
async def close_survey(
    survey: LockedSurvey, member: CurrentMember, session: CurrentSession, response: Response
) -> SurveyRead:
    """Only the party that made it may, and the results say so."""
    _own(member, survey.party_id == member.party_id)
    await commands.close(session, survey, member.party_id)
    return await get_survey(survey, session, response)


@router.put(ONE + "/sheet", operation_id="kpi_answer_survey", summary="Answer a survey")
async def answer_survey(
    *,
    body: SheetCreate,
    survey: HeldSurvey,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> SheetReceipt:
    """Your answers replace those that you gave before. Others learn that you answered, not what."""
    person_id, check = confidence.person(member), partial(check_if_match, request)
    sheet = await commands.answer(session, survey, member.party_id, person_id, body.answers, check)
    set_etag(response, sheet.version)
    return SheetReceipt(survey_id=survey.id, answered_at=sheet.answered_at, version=sheet.version)


@router.get(ONE + "/sheet", operation_id="kpi_get_sheet", summary="Your own answers")
async def get_sheet(
    survey: SeenSurvey, member: CurrentMember, session: CurrentSession, response: Response
) -> SheetRead:
    sheet = await queries.get_sheet(session, survey, confidence.person(member))
    set_etag(response, sheet.version)
    return SheetRead.model_validate(sheet)


@router.get(
    ONE + "/respondents", operation_id="kpi_list_respondents", summary="Who of your own party has answered a survey"
)
async def list_respondents(
    survey: SeenSurvey, member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[RespondentRead]:
    found, next_cursor = await queries.list_respondents(session, survey, member.party_id, cursor, limit)
    return Page(items=[RespondentRead.model_validate(each) for each in found], next_cursor=next_cursor)


@router.get(ONE + "/results", operation_id="kpi_get_survey_results", summary="What a closed survey says, by party")
async def get_results(survey: SeenSurvey, session: CurrentSession) -> ResultsRead:
    domain.require_closed(commands.state(survey, await partnership_now(session, survey.partnership_id)))
    return ResultsRead.of(survey)


def _may_manage(member: Member) -> None:
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, scope="organisation:admin")


def _own(member: Member, owns: bool) -> None:  # noqa: FBT001 - it says what it is
    _may_manage(member)
    if not owns:
        raise NotYourSurvey(N_("Ask the party that made the survey to do it; `party_id` names that party."))
