"""Reads of reviews."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, NotFound
from entente_shared.web import CurrentMember, CurrentSession, paginate

from .models import Review, ReviewConfirmation, ReviewMinutes, ReviewSeries


@dataclass(frozen=True)
class Written:
    """A version of the minutes with who confirmed it."""

    row: ReviewMinutes
    confirmations: list[ReviewConfirmation]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


async def list_series(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(ReviewSeries).where(ReviewSeries.partnership_id == partnership_id)
    return await paginate(session, statement, ReviewSeries.id, cursor, limit)


async def load_series(
    session: AsyncSession, partnership_id: UUID, series_id: UUID, *, lock: bool = False
) -> ReviewSeries:
    found = await session.get(ReviewSeries, (partnership_id, series_id), with_for_update=lock or None)
    if found is None:
        raise NotFound(N_("There is no such series of reviews; GET .../review-series lists them."))
    return found


async def list_reviews(
    session: AsyncSession, partnership_id: UUID, series_id: UUID | None, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(Review).where(Review.partnership_id == partnership_id)
    if series_id is not None:
        statement = statement.where(Review.series_id == series_id)
    return await paginate(session, statement, Review.id, cursor, limit)


async def find_review(session: AsyncSession, partnership_id: UUID, series_id: UUID, number: int) -> Review | None:
    statement = select(Review).where(
        Review.partnership_id == partnership_id, Review.series_id == series_id, Review.number == number
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def load_review(session: AsyncSession, partnership_id: UUID, review_id: UUID, *, lock: bool = False) -> Review:
    found = await session.get(Review, (partnership_id, review_id), with_for_update=lock or None)
    if found is None:
        raise NotFound(N_("There is no such review; GET .../reviews lists them."))
    return found


async def _with_confirmations(session: AsyncSession, review: Review, rows: Sequence[ReviewMinutes]) -> list[Written]:
    statement = select(ReviewConfirmation).where(
        ReviewConfirmation.partnership_id == review.partnership_id, ReviewConfirmation.review_id == review.id
    )
    found = defaultdict[int, list[ReviewConfirmation]](list)
    for row in (await session.execute(statement.order_by(ReviewConfirmation.confirmed_at))).scalars():
        found[row.number].append(row)
    return [Written(row, found[row.number]) for row in rows]


async def list_minutes(
    session: AsyncSession, review: Review, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(ReviewMinutes).where(
        ReviewMinutes.partnership_id == review.partnership_id, ReviewMinutes.review_id == review.id
    )
    rows, next_cursor = await paginate(session, statement, ReviewMinutes.id, cursor, limit)
    return await _with_confirmations(session, review, rows), next_cursor


async def find_minutes(session: AsyncSession, review: Review, number: int) -> Written | None:
    statement = select(ReviewMinutes).where(
        ReviewMinutes.partnership_id == review.partnership_id,
        ReviewMinutes.review_id == review.id,
        ReviewMinutes.number == number,
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    return None if row is None else (await _with_confirmations(session, review, [row]))[0]


async def count_confirmed(session: AsyncSession, partnership_id: UUID) -> int:
    """How many reviews were held and their minutes confirmed by every party."""
    statement = select(func.count()).where(Review.partnership_id == partnership_id, Review.confirmed.is_not(None))
    return (await session.execute(statement)).scalar_one()


async def _loaded(review_id: UUID, member: CurrentMember, session: CurrentSession) -> Review:
    return await load_review(session, member.partnership_id, review_id)


async def _locked(review_id: UUID, member: CurrentMember, session: CurrentSession) -> Review:
    return await load_review(session, member.partnership_id, review_id, lock=True)


LoadedReview = Annotated[Review, Depends(_loaded)]
LockedReview = Annotated[Review, Depends(_locked)]
