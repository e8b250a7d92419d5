"""Let go of what a KPI's definition keeps no longer. How long is counted back from the newest sample.

Samples that go leave their rollups, which are completed before. Nothing may be added before what has gone: a bucket could
not be folded again.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import numpy as np
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from . import rolling
from .domain import rollups
from .domain.rollups import LENGTHS, Level
from .moments import INSTANT, to_us

_KEPT = text("""
SELECT keep_raw, keep_minute, keep_hour, keep_day, latest_at, kept_from_us
  FROM kpi JOIN track ON track.partnership_id = kpi.partnership_id AND track.kpi_id = kpi.id
 WHERE kpi.partnership_id = :partnership_id AND kpi.id = :kpi_id
""")
_OF_KPI = "partnership_id = :partnership_id AND kpi_id = :kpi_id"
_GOING = text(f"SELECT first_us, last_us FROM chunk WHERE {_OF_KPI} AND last_us < :limit ORDER BY first_us")  # noqa: S608 - constants
_LET_GO = text(f"DELETE FROM chunk WHERE {_OF_KPI} AND last_us < :limit")  # noqa: S608
_CLOSE = text(
    f"UPDATE track SET kept_from_us = :limit, begins_us = coalesce(begins_us, :begins) WHERE {_OF_KPI}"  # noqa: S608
)
_LET_ROLLUPS_GO = text(f"DELETE FROM rollup WHERE {_OF_KPI} AND level = :level AND span <= :span")  # noqa: S608


async def let_go(session: AsyncSession, partnership_id: UUID, kpi_id: UUID) -> None:
    """Called under the KPI's lock, when all its older samples are compacted."""
    where = {"partnership_id": partnership_id, "kpi_id": kpi_id}
    kept = (await session.execute(_KEPT, where)).one()
    if kept.latest_at is None:
        return
    newest = to_us(kept.latest_at)
    if kept.keep_raw is not None:
        day = LENGTHS[Level.DAY]
        limit = (newest - _us(kept.keep_raw)) // day * day
        if limit > (kept.kept_from_us or -(2**62)):
            going = [tuple(row) for row in await session.execute(_GOING, {**where, "limit": limit})]
            await _complete(session, partnership_id, kpi_id, going)
            await session.execute(_LET_GO, {**where, "limit": limit})
            begins = min((first for first, _ in going), default=None)
            await session.execute(_CLOSE, {**where, "limit": limit, "begins": begins})
    for level, keep in ((Level.MINUTE, kept.keep_minute), (Level.HOUR, kept.keep_hour), (Level.DAY, kept.keep_day)):
        if keep is not None:
            last = rollups.window_of(level, (newest - _us(keep)) // LENGTHS[level]) - 1
            await session.execute(_LET_ROLLUPS_GO, {**where, "level": level.value, "span": last})


async def _complete(
    session: AsyncSession, partnership_id: UUID, kpi_id: UUID, going: Sequence[tuple[int, ...]]
) -> None:
    """Make the rollups, dense or not, of all that these chunks hold."""
    hour = LENGTHS[Level.HOUR]
    moments = [np.append(np.arange(first, last, hour), last) for first, last in going]
    if moments:
        await rolling.roll_up(session, partnership_id, kpi_id, np.concatenate(moments), anyway=True)


def _us(duration: timedelta) -> int:
    return duration // INSTANT
