"""Publish a KPI's progress, at most once a second; the last value comes out by a timer."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import kpi as events
from entente_shared.outbox import publish
from entente_shared.timers import schedule_many

from ..evaluation.queries import Tracked
from ..trajectories import queries as trajectories
from ..trajectories.domain import Path

TIMER = "progress"
PAUSE = timedelta(seconds=1)


async def announce(session: AsyncSession, partnership_id: UUID, followed: Iterable[tuple[Tracked, Path]]) -> None:
    """Publish progress now, or as soon as the last publication is a second old; `followed` are KPIs of one partnership."""
    held_back: dict[UUID, datetime] = {}
    for tracked, path in followed:
        track, event = tracked.track, _progress(tracked, path)
        last = track.progress_published_at
        if event is None:
            continue
        if last is None or tracked.read_at - last >= PAUSE:
            track.progress_published_at = tracked.read_at
            publish(session, event)
        elif not track.progress_armed:
            track.progress_armed = True
            held_back[track.kpi_id] = last + PAUSE
    await schedule_many(session, TIMER, partnership_id, held_back, wall=True)


async def publish_held_back(session: AsyncSession, tracked: Tracked) -> None:
    """The timer is due: publish what has changed since the last publication."""
    track = tracked.track
    track.progress_armed = False
    paths = await trajectories.load_paths(session, track.partnership_id, [track.kpi_id])
    await announce(session, track.partnership_id, [(tracked, paths[track.kpi_id])])


def _progress(tracked: Tracked, path: Path) -> events.ProgressChanged | None:
    """The latest value, held against the trajectory that is in force now."""
    track, trajectory = tracked.track, path.current
    if (
        trajectory is None
        or track.latest_at is None
        or track.latest_value is None
        or track.latest_at < trajectory.starts_at
    ):
        return None
    assessment = trajectory.assess(track.latest_at, track.latest_value)
    return events.ProgressChanged(
        partnership_id=track.partnership_id,
        kpi_id=track.kpi_id,
        objective_id=trajectory.objective_id,
        at=assessment.at,
        value=assessment.value,
        progress=assessment.progress,
        planned=assessment.planned,
        deviation=assessment.deviation,
        state=events.DeviationState(tracked.shown),
        provisional=tracked.contested,
    )
