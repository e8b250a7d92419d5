"""Publish a KPI's progress, at most once a second; the last value comes out with a sweep."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import kpi as events
from entente_shared.outbox import publish
from entente_shared.timers import schedule

from ..evaluation import queries as tracks
from ..evaluation.models import Track
from ..evaluation.queries import Tracked
from ..evaluation.quiet import Standing
from ..health import domain as health
from ..trajectories import queries as trajectories
from ..trajectories.domain import Path, Trajectory
from .domain import PAUSE, Announced

AT_A_TIME = 16  # each holds up what comes behind it on the way to everybody, a deviation too


async def announce(session: AsyncSession, followed: Iterable[tuple[Tracked, Path]]) -> None:
    """Publish the progress of locked KPIs now, or have it swept up as soon as the last publication is a second old."""
    rested: Tracked | None = None
    for tracked, path in followed:
        track, event = tracked.track, _progress(tracked, path.current)
        if event is None:
            continue
        before = Announced(track.progress_armed, track.progress_published_at)
        if before.due(tracked.read_at):
            publish(session, event)
            announced = Announced(armed=False, published_at=tracked.read_at)
        else:
            announced = before.held_back()
        if announced.after_a_rest(before, tracked.read_at):
            rested = tracked
        track.progress_armed, track.progress_published_at = announced.armed, announced.published_at
    if rested:
        await wake_health(session, rested.track.partnership_id, rested.track.kpi_id, rested.read_at)


async def wake_health(session: AsyncSession, partnership_id: UUID, kpi_id: UUID, now: datetime) -> None:
    """Something moves again in a partnership: its health is looked at, and as long as KPIs move it goes on."""
    await schedule(session, health.TIMER, partnership_id, kpi_id, now, wall=True)


def note(
    session: AsyncSession,
    partnership_id: UUID,
    kpi_id: UUID,
    standing: Standing,
    latest: tuple[datetime, float],
    now: datetime,
) -> Announced:
    """The same for a KPI whose newest sample changed nothing else; the caller writes what is returned."""
    trajectory = standing.plan.trajectory
    if standing.progress.due(now):
        state = events.DeviationState(standing.state)
        event = _event(partnership_id, kpi_id, trajectory, latest, state, provisional=standing.contested)
        if event is None:
            return standing.progress
        publish(session, event)
        return Announced(armed=False, published_at=now)
    waits = trajectory is not None and latest[0] >= trajectory.starts_at
    return standing.progress.held_back() if waits else standing.progress


async def publish_held_back(session: AsyncSession, partnership_id: UUID) -> int:
    """Publish what waits in one partnership; returns how many. KPIs that are being written are left for the next sweep."""
    of_partnership = Track.partnership_id == partnership_id
    is_due = Track.progress_published_at.is_(None) | (Track.progress_published_at <= func.now() - PAUSE)
    waiting = select(Track.kpi_id).where(of_partnership, Track.progress_armed, is_due).order_by(Track.kpi_id)
    locked = waiting.limit(AT_A_TIME).with_for_update(skip_locked=True)
    kpi_ids = (await session.scalars(locked)).all()
    paths = await trajectories.load_paths(session, partnership_id, kpi_ids)
    for tracked in await tracks.lock(session, partnership_id, kpi_ids):
        tracked.track.progress_armed = False
        await announce(session, [(tracked, paths[tracked.kpi.id])])
    return len(kpi_ids)


async def partnerships_due(session: AsyncSession) -> list[UUID]:
    return list((await session.scalars(select(func.entente_progress_due(PAUSE)))).all())


def _progress(tracked: Tracked, trajectory: Trajectory | None) -> events.ProgressChanged | None:
    track = tracked.track
    if track.latest_at is None or track.latest_value is None:
        return None
    latest, state = (track.latest_at, track.latest_value), events.DeviationState(tracked.shown)
    return _event(track.partnership_id, track.kpi_id, trajectory, latest, state, provisional=tracked.contested)


def _event(
    partnership_id: UUID,
    kpi_id: UUID,
    trajectory: Trajectory | None,
    latest: tuple[datetime, float],
    state: events.DeviationState,
    *,
    provisional: bool,
) -> events.ProgressChanged | None:
    """The latest value, held against the trajectory that is in force now."""
    if trajectory is None or latest[0] < trajectory.starts_at:
        return None
    assessment = trajectory.assess(*latest)
    return events.ProgressChanged(
        partnership_id=partnership_id,
        kpi_id=kpi_id,
        objective_id=trajectory.objective_id,
        at=assessment.at,
        value=assessment.value,
        progress=assessment.progress,
        planned=assessment.planned,
        deviation=assessment.deviation,
        state=state,
        provisional=provisional,
    )
