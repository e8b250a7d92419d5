"""A KPI whose latest sample is older than `stale_after`, by the partnership's clock, is silent: it has not recovered."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.timers import partnership_now, schedule_many

from ..deviations import commands as deviations
from ..deviations import queries as deviation_queries
from ..evaluation.queries import Tracked
from ..progress import commands as progress
from ..trajectories import queries as trajectories

TIMER = "silence"


async def listen(session: AsyncSession, partnership_id: UUID, followed: Iterable[Tracked]) -> None:
    """Note which KPIs of a partnership are silent now, and have the others looked at again when they would be."""
    may_fall_silent = [each for each in followed if each.rule.stale_after is not None]
    if not may_fall_silent:
        return
    now = await partnership_now(session, partnership_id)
    watched: dict[UUID, datetime] = {}
    for tracked in may_fall_silent:
        track, stale_after = tracked.track, tracked.rule.stale_after
        if stale_after is None or track.latest_at is None:
            continue
        due_at = track.latest_at + stale_after
        track.silent = now >= due_at
        if not track.silent and not track.silence_armed:
            track.silence_armed = True
            watched[track.kpi_id] = due_at
    await schedule_many(session, TIMER, partnership_id, watched)


async def look_again(session: AsyncSession, tracked: Tracked) -> None:
    """The timer is due: either the KPI is silent now, or samples have come and the timer is set anew."""
    track = tracked.track
    track.silence_armed = False
    await listen(session, track.partnership_id, [tracked])
    if not track.silent:
        return
    standing = await deviation_queries.load_standing(session, track.partnership_id, every_of=[], open_of=[track.kpi_id])
    deviations.reconcile(session, tracked, standing.get(track.kpi_id, []), [], "")
    paths = await trajectories.load_paths(session, track.partnership_id, [track.kpi_id])
    await progress.announce(session, [(tracked, paths[track.kpi_id])])
