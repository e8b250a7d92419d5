"""Open a review of a period, explain what it found, agree on actions, and close it: then the actions are requested."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from ..series import store
from ..trajectories import queries as trajectories
from ..trajectories.domain import Path
from . import domain, facts, queries
from .domain import ReviewState
from .models import ReviewAction, VarianceFinding, VarianceReview
from .queries import Review


async def open_review(
    session: AsyncSession,
    partnership_id: UUID,
    person_id: UUID,
    *,
    title: str,
    since: datetime,
    until: datetime,
    kpi_ids: Collection[UUID] | None,
) -> UUID:
    """Compute what the KPIs (None: all) came to in `since <= t < until`, and keep it. Raises InvalidReview."""
    now = await partnership_now(session, partnership_id)
    domain.check_period(since, until, now)
    found = await _chosen(session, partnership_id, kpi_ids)
    row = VarianceReview(
        partnership_id=partnership_id,
        id=new_id(),
        title=title,
        since=since,
        until=until,
        state=ReviewState.OPEN,
        opened_by=person_id,
        opened_at=now,
        version=1,
    )
    session.add(row)
    await session.flush()
    await _find(session, row, found)
    return row.id


async def _chosen(session: AsyncSession, partnership_id: UUID, kpi_ids: Collection[UUID] | None) -> list[UUID]:
    found = await queries.load_kpis(session, partnership_id, kpi_ids)
    if kpi_ids is not None and len(found) != len(set(kpi_ids)):
        raise domain.InvalidReview(N_("kpi_ids must name KPIs of this partnership."), pointer="/kpi_ids")
    if not 0 < len(found) <= domain.MOST_KPIS:
        raise domain.InvalidReview(
            N_("A review looks at 1 to {most} KPIs; name them in kpi_ids."), pointer="/kpi_ids", most=domain.MOST_KPIS
        )
    return found


async def _find(session: AsyncSession, row: VarianceReview, kpi_ids: Collection[UUID]) -> None:
    paths = await trajectories.load_paths(session, row.partnership_id, kpi_ids)
    stood = await queries.load_deviations(session, row.partnership_id, row.since, row.until)
    for kpi_id in kpi_ids:
        figures = await _measure(session, row, kpi_id, paths[kpi_id])
        session.add(
            VarianceFinding(
                partnership_id=row.partnership_id,
                review_id=row.id,
                kpi_id=kpi_id,
                deviations=[str(each) for each in stood.get(kpi_id, [])],
                **(asdict(figures) if figures else {}),
            )
        )
    await session.flush()


async def _measure(session: AsyncSession, row: VarianceReview, kpi_id: UUID, path: Path) -> domain.Figures | None:
    """Two look-ups, no scan. Samples at the period's very end belong to the next one."""
    instant = timedelta(microseconds=1)
    last = await store.latest(session, row.partnership_id, kpi_id, row.until - instant)
    before = await store.latest(session, row.partnership_id, kpi_id, row.since - instant)
    return domain.measure(path, row.since, last, before)


async def explain(session: AsyncSession, review: Review, kpi_id: UUID, cause: str | None, comment: str | None) -> None:
    """Say why a KPI came to what it did. Raises ReviewClosed and FindingNotFound."""
    domain.check_open(ReviewState(review.row.state))
    found = next((each for each in review.findings if each.kpi_id == kpi_id), None)
    if found is None:
        raise domain.FindingNotFound(N_("None of the review's findings is of this KPI."))
    found.cause, found.comment = cause, comment
    await _changed(session, review)


async def add_action(
    session: AsyncSession,
    review: Review,
    *,
    title: str,
    owner_member_id: UUID,
    due_at: datetime,
    kpi_id: UUID | None,
    objective_id: UUID | None,
) -> None:
    """Raises ReviewClosed and InvalidAction."""
    partnership_id = review.row.partnership_id
    domain.check_open(ReviewState(review.row.state))
    domain.check_due(due_at, await partnership_now(session, partnership_id))
    if len(review.actions) >= domain.MOST_ACTIONS:
        raise domain.InvalidAction(N_("A review has at most {most} actions."), most=domain.MOST_ACTIONS)
    if kpi_id is not None and kpi_id not in {each.kpi_id for each in review.findings}:
        raise domain.InvalidAction(N_("kpi_id must be one of the KPIs that the review looks at."), pointer="/kpi_id")
    if objective_id is not None and not await queries.is_objective(session, partnership_id, objective_id):
        raise domain.InvalidAction(
            N_("objective_id must be an objective of a signed charter."), pointer="/objective_id"
        )
    party_id = await queries.find_party(session, partnership_id, owner_member_id)
    if party_id is None:
        raise domain.InvalidAction(
            N_("owner_member_id must be an active member of this partnership."), pointer="/owner_member_id"
        )
    action = ReviewAction(
        partnership_id=partnership_id,
        review_id=review.row.id,
        id=new_id(),
        title=title,
        owner_member_id=owner_member_id,
        party_id=party_id,
        due_at=due_at,
        kpi_id=kpi_id,
        objective_id=objective_id,
    )
    session.add(action)
    await _changed(session, review)


async def drop_action(session: AsyncSession, review: Review, action_id: UUID) -> None:
    """Raises ReviewClosed and ActionNotFound."""
    domain.check_open(ReviewState(review.row.state))
    found = next((each for each in review.actions if each.id == action_id), None)
    if found is None:
        raise domain.ActionNotFound(N_("None of the review's actions has this id."))
    await session.delete(found)
    await _changed(session, review)


async def close(session: AsyncSession, review: Review, person_id: UUID, conclusion: str | None) -> None:
    """Tell of the review and request its actions. Raises ReviewClosed and CausesMissing."""
    row = review.row
    domain.check_open(ReviewState(row.state))
    domain.check_explained((each.kpi_id, bool(each.deviations), each.cause) for each in review.findings)
    row.state, row.conclusion, row.closed_by = ReviewState.CLOSED, conclusion, person_id
    row.closed_at = await partnership_now(session, row.partnership_id)
    reviewed = publish(session, facts.reviewed(review))
    for action in review.actions:
        publish(session, facts.requested(row, action), correlation_id=reviewed, causation_id=reviewed)
    await _changed(session, review)


async def _changed(session: AsyncSession, review: Review) -> None:
    review.row.version += 1
    await session.flush()
