"""Series of reviews: each occurrence is made by a timer on the partnership's clock, which then waits for the next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared import timers
from entente_shared.db import upsert_newer
from entente_shared.errors import N_
from entente_shared.events.kpi import DeviationChanged
from entente_shared.ids import derived_id, new_id
from entente_shared.timers import partnership_now

from . import agenda, domain, queries
from .models import KnownDeviation, Review, ReviewSeries

DUE = "review_due"


@dataclass(frozen=True)
class Recurring:
    """When reviews are, and which of them asks for the revision of the objectives."""

    title: str
    rrule: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime | None
    notice: timedelta
    revision_every: int


async def start_series(
    session: AsyncSession, partnership_id: UUID, party_id: UUID, person_id: UUID, recurring: Recurring
) -> ReviewSeries:
    now = await partnership_now(session, partnership_id)
    series = ReviewSeries(
        partnership_id=partnership_id,
        id=new_id(),
        **vars(recurring),
        made=0,
        next_at=None,
        active=True,
        party_id=party_id,
        person_id=person_id,
    )
    session.add(series)
    just_before = max(recurring.starts_at, now) - timedelta(microseconds=1)
    await _await_next(session, series, just_before)
    if series.next_at is None and recurring.ends_at is None:
        raise domain.InvalidSeries(
            N_("starts_at: is so long ago that no review is due any more; choose a later start."), pointer="/starts_at"
        )
    if series.next_at is None:
        raise domain.InvalidSeries(N_("ends_at: is before the first review; choose a later end."), pointer="/ends_at")
    await session.flush()
    return series


async def _await_next(session: AsyncSession, series: ReviewSeries, after: datetime) -> None:
    recurrence = domain.recurrence(series.rrule, series.starts_at, series.time_zone)
    found = recurrence.following(after, series.starts_at + domain.HORIZON)
    series.next_at = None if found is None or (series.ends_at and found > series.ends_at) else found
    if series.next_at is not None:
        await timers.schedule(session, DUE, series.partnership_id, series.id, series.next_at - series.notice)


async def make_review(session: AsyncSession, partnership_id: UUID, series_id: UUID, due_at: datetime) -> None:
    """Make the series' next review with its agenda, and wait for the one after it."""
    series = await queries.load_series(session, partnership_id, series_id, lock=True)
    if not series.active or series.next_at is None or series.next_at - series.notice > due_at:
        return
    number, scheduled_at = series.made + 1, series.next_at
    before = await queries.find_review(session, partnership_id, series_id, series.made)
    now = await partnership_now(session, partnership_id)
    built = await agenda.build(
        session,
        partnership_id,
        since=before.made_at if before else None,
        now=now,
        revision=domain.asks_for_revision(number, series.revision_every),
    )
    session.add(
        Review(
            partnership_id=partnership_id,
            id=derived_id("review", series_id, number),
            series_id=series_id,
            number=number,
            title=series.title,
            scheduled_at=scheduled_at,
            made_at=now,
            agenda=built,
            held_at=None,
            newest=0,
            confirmed=None,
        )
    )
    series.made = number
    await _await_next(session, series, scheduled_at)
    await session.flush()


async def end_series(session: AsyncSession, series: ReviewSeries) -> None:
    """No review is made any more; those that were made stay."""
    series.active, series.next_at = False, None
    await timers.cancel(session, DUE, series.partnership_id, series.id)
    await session.flush()


async def end_all(session: AsyncSession, partnership_id: UUID) -> None:
    statement = (
        select(ReviewSeries)
        .where(ReviewSeries.partnership_id == partnership_id, ReviewSeries.active)
        .order_by(ReviewSeries.id)
        .with_for_update()
    )
    for series in (await session.execute(statement)).scalars().all():
        await end_series(session, series)


async def note_deviation(session: AsyncSession, event: DeviationChanged, version: int) -> None:
    key = {"partnership_id": event.partnership_id, "id": event.deviation_id}
    values = event.model_dump(include={"kpi_id", "opened_at", "closed_at", "annulled"})
    await upsert_newer(session, KnownDeviation, key, {**values, "state": event.state.value}, version)
