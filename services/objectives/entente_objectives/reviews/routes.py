"""Reviews over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from entente_objectives.acting import person_of
from entente_objectives.bodies import page_of
from entente_objectives.commitments.commands import By
from entente_shared.errors import N_, NotFound
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

from . import commands, minutes, queries
from .queries import LoadedReview, LockedReview
from .schemas import (
    MinutesConfirm,
    MinutesCreate,
    MinutesRead,
    PartnershipReviewRead,
    ReviewSeriesCreate,
    ReviewSeriesRead,
)

router = Router(tags=["reviews"])
ROOT = "/partnerships/{partnership_id}"
REVIEWS = f"{ROOT}/reviews"
MINUTES = f"{REVIEWS}/{{review_id}}/minutes"
Number = Annotated[int, Path(ge=1, le=1_000_000)]


def _by(member: Member, *roles: Role) -> By:
    member.require(*roles)
    return By(member.party_id, person_of(member))


@router.post(f"{ROOT}/review-series", status_code=201, operation_id="objectives_create_review_series")
async def create_series(
    body: ReviewSeriesCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> ReviewSeriesRead:
    """Let reviews recur (sponsors and alliance managers)."""
    by = _by(member, Role.SPONSOR, Role.ALLIANCE_MANAGER)
    recurring = commands.Recurring(**{name: getattr(body, name) for name in ReviewSeriesCreate.model_fields})
    series = await commands.start_series(session, member.partnership_id, by.party_id, by.person_id, recurring)
    response.headers["Location"] = f"/v1/partnerships/{member.partnership_id}/review-series/{series.id}"
    set_etag(response, series.version)
    return ReviewSeriesRead.model_validate(series)


@router.get(f"{ROOT}/review-series", operation_id="objectives_list_review_series")
async def list_series(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[ReviewSeriesRead]:
    """The series of reviews, those that have ended too."""
    return page_of(ReviewSeriesRead, await queries.list_series(session, member.partnership_id, cursor, limit))


@router.get(f"{ROOT}/review-series/{{review_series_id}}", operation_id="objectives_get_review_series")
async def get_series(
    review_series_id: UUID, member: CurrentMember, session: CurrentSession, response: Response
) -> ReviewSeriesRead:
    """One series."""
    series = await queries.load_series(session, member.partnership_id, review_series_id)
    set_etag(response, series.version)
    return ReviewSeriesRead.model_validate(series)


@router.delete(
    f"{ROOT}/review-series/{{review_series_id}}", status_code=204, operation_id="objectives_end_review_series"
)
async def end_series(review_series_id: UUID, member: CurrentMember, session: CurrentSession, request: Request) -> None:
    """End a series (sponsors and alliance managers). The reviews that were made stay."""
    _by(member, Role.SPONSOR, Role.ALLIANCE_MANAGER)
    series = await queries.load_series(session, member.partnership_id, review_series_id, lock=True)
    check_if_match(request, series.version)
    await commands.end_series(session, series)


@router.get(REVIEWS, operation_id="objectives_list_reviews")
async def list_reviews(
    *,
    member: CurrentMember,
    session: CurrentSession,
    series_id: Annotated[UUID | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[PartnershipReviewRead]:
    """The reviews that were made, with their agendas."""
    found = await queries.list_reviews(session, member.partnership_id, series_id, cursor, limit)
    return page_of(PartnershipReviewRead, found)


@router.get(f"{REVIEWS}/{{review_id}}", operation_id="objectives_get_review")
async def get_review(review: LoadedReview, response: Response) -> PartnershipReviewRead:
    """One review with its agenda."""
    set_etag(response, review.version)
    return PartnershipReviewRead.model_validate(review)


@router.post(MINUTES, status_code=201, operation_id="objectives_write_minutes")
async def write_minutes(
    *,
    body: MinutesCreate,
    review: LockedReview,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> MinutesRead:
    """Write the minutes, or their next version (anybody but observers). The first ones say that the review was held."""
    by = _by(member, *(role for role in Role if role is not Role.OBSERVER))
    check_if_match(request, review.version)
    actions = [minutes.Action(**action.model_dump()) for action in body.actions]
    number = await minutes.write(session, review, by, body.text, body.attendance, actions)
    response.headers["Location"] = f"/v1/partnerships/{member.partnership_id}/reviews/{review.id}/minutes/{number}"
    return await get_minutes(number, review, session)


@router.get(MINUTES, operation_id="objectives_list_minutes")
async def list_minutes(
    review: LoadedReview, session: CurrentSession, cursor: Cursor = None, limit: Limit = 20
) -> Page[MinutesRead]:
    """All versions of the minutes, with who confirmed them."""
    return page_of(MinutesRead, await queries.list_minutes(session, review, cursor, limit))


@router.get(f"{MINUTES}/{{number}}", operation_id="objectives_get_minutes")
async def get_minutes(number: Number, review: LoadedReview, session: CurrentSession) -> MinutesRead:
    """One version of the minutes."""
    found = await queries.find_minutes(session, review, number)
    if found is None:
        raise NotFound(N_("There are no such minutes; GET .../minutes lists them."))
    return MinutesRead.model_validate(found)


@router.post(f"{MINUTES}/{{number}}/confirmations", status_code=201, operation_id="objectives_confirm_minutes")
async def confirm_minutes(
    number: Number, body: MinutesConfirm, review: LockedReview, member: CurrentMember, session: CurrentSession
) -> MinutesRead:
    """Confirm exactly these minutes for your party (sponsors and alliance managers). The last party's makes them binding."""
    by = _by(member, Role.SPONSOR, Role.ALLIANCE_MANAGER)
    await minutes.confirm(session, review, number, by, body.hash)
    return await get_minutes(number, review, session)
