"""Variance reviews over HTTP. Every answer has the ETag that the next change can be based on."""

from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

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

from . import commands, queries
from .queries import Review
from .schemas import ActionCreate, ClosureCreate, ExplanationUpdate, ReviewCreate, ReviewRead, ReviewSummary

router = Router(tags=["variance reviews"])
REVIEWS = "/partnerships/{partnership_id}/variance-reviews"
REVIEW = f"{REVIEWS}/{{review_id}}"


def _person(member: Member) -> UUID:
    """Reviews are held by those who answer for the partnership."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER)
    assert member.caller.person_id is not None, "a system holds no role"
    return member.caller.person_id


@router.post(
    REVIEWS,
    status_code=201,
    operation_id="kpi_open_variance_review",
    summary="Review a period: what its KPIs came to is computed and kept",
)
async def open_review(
    body: ReviewCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> ReviewRead:
    review_id = await commands.open_review(
        session,
        member.partnership_id,
        _person(member),
        title=body.title,
        since=body.from_,
        until=body.to,
        kpi_ids=body.kpi_ids,
    )
    response.headers["Location"] = f"/v1/partnerships/{member.partnership_id}/variance-reviews/{review_id}"
    return await _read(session, member, review_id, response)


@router.get(REVIEWS, operation_id="kpi_list_variance_reviews", summary="The variance reviews, from the newest on")
async def list_reviews(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[ReviewSummary]:
    rows, next_cursor = await queries.list_reviews(session, member.partnership_id, cursor, limit)
    return Page(items=[ReviewSummary.of_row(row) for row in rows], next_cursor=next_cursor)


@router.get(REVIEW, operation_id="kpi_get_variance_review", summary="One review with its findings and actions")
async def get_review(review_id: UUID, member: CurrentMember, session: CurrentSession, response: Response) -> ReviewRead:
    return await _read(session, member, review_id, response)


@router.put(
    f"{REVIEW}/findings/{{kpi_id}}", operation_id="kpi_explain_variance", summary="Say why a KPI came to what it did"
)
async def explain(
    review_id: UUID,
    kpi_id: UUID,
    body: ExplanationUpdate,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> ReviewRead:
    _person(member)
    review = await _lock(session, member, review_id, request)
    await commands.explain(session, review, kpi_id, body.cause, body.comment)
    return await _read(session, member, review_id, response)


@router.post(
    f"{REVIEW}/actions",
    status_code=201,
    operation_id="kpi_add_review_action",
    summary="Agree on who does what by when",
)
async def add_action(
    review_id: UUID,
    body: ActionCreate,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> ReviewRead:
    _person(member)
    review = await _lock(session, member, review_id, request)
    await commands.add_action(session, review, **body.model_dump())
    return await _read(session, member, review_id, response)


@router.delete(f"{REVIEW}/actions/{{action_id}}", operation_id="kpi_drop_review_action", summary="Take an action back")
async def drop_action(
    review_id: UUID,
    action_id: UUID,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> ReviewRead:
    _person(member)
    review = await _lock(session, member, review_id, request)
    await commands.drop_action(session, review, action_id)
    return await _read(session, member, review_id, response)


@router.post(
    f"{REVIEW}/closure",
    status_code=201,
    operation_id="kpi_close_variance_review",
    summary="Close the review: its actions become commitments",
)
async def close(
    review_id: UUID,
    body: ClosureCreate,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> ReviewRead:
    person_id = _person(member)
    review = await _lock(session, member, review_id, request)
    await commands.close(session, review, person_id, body.conclusion)
    return await _read(session, member, review_id, response)


async def _lock(session: AsyncSession, member: Member, review_id: UUID, request: Request) -> Review:
    review = await queries.load(session, member.partnership_id, review_id, lock=True)
    check_if_match(request, review.row.version)
    return review


async def _read(session: AsyncSession, member: Member, review_id: UUID, response: Response) -> ReviewRead:
    review = await queries.load(session, member.partnership_id, review_id)
    set_etag(response, review.row.version)
    return ReviewRead.of(review)
