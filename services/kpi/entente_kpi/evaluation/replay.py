"""Run a KPI again from a late sample on, over no more of its series than that can have touched.

Backwards it reads until a moment at which the machine is known, forwards until the new evaluation meets the old one.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from ..deviations.domain import Crossing, open_crossing
from ..series import store
from ..trajectories.domain import BEGINNING, Path
from . import domain
from .queries import Tracked

PAGE = 1000
_LOOKS = (16, 256, 4096)  # so many cadences back


async def run_again(
    session: AsyncSession,
    tracked: Tracked,
    path: Path,
    standing: Sequence[Crossing],
    *,
    since: datetime,
    changed_until: datetime | None,
) -> tuple[domain.Machine, domain.Run]:
    """Evaluate what follows a change at `since`, and nothing later than `changed_until` was changed (None: all was).

    Returns the machine that it began with, and the run.
    """
    rule, track = tracked.rule, tracked.track
    start = await _known_before(session, tracked, path, standing, since)
    inside = open_crossing(standing, start.until)
    before = domain.Before(tracked.machine, standing, changed_until) if changed_until else None
    run = domain.Run(rule, path, start, inside.opened_at if inside else None, before)
    if track.latest_at is None:
        return start, run
    place, end = start.until + store.INSTANT - rule.reach, domain.watermark(rule, track.latest_at) + store.INSTANT
    while not run.met:
        page = await _read(session, tracked, place, end)
        run.feed(page)
        if len(page) < PAGE:
            break
        place = page[-1][0] + store.INSTANT
    return start, run


async def _known_before(
    session: AsyncSession, tracked: Tracked, path: Path, standing: Sequence[Crossing], since: datetime
) -> domain.Machine:
    """The machine shortly before `since`, by what was recorded or else by the samples there."""
    known = domain.rewind(tracked.machine, standing, since, path.withdrawals(BEGINNING))
    for cadences in _LOOKS:
        begin = since - min(cadences * tracked.kpi.cadence, since - BEGINNING) - tracked.rule.reach
        if begin <= known.until:
            break
        found = domain.quiet(tracked.rule, path, standing, await _read(session, tracked, begin, since), begin)
        if found:
            return found
    return known


async def _read(session: AsyncSession, tracked: Tracked, since: datetime, until: datetime) -> list[store.Point]:
    kpi = tracked.kpi
    return await store.read_range(session, kpi.partnership_id, kpi.id, since=since, until=until, limit=PAGE)
