"""Keep the rollups in step with the compacted samples: buckets that something touched are folded again."""

from collections.abc import Collection
from uuid import UUID

import numpy as np
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from .domain import rollups
from .domain.packing import Ints
from .domain.rollups import NOTHING, Buckets, Level
from .models import Rollup
from .rows import in_order, overlapping

_EXTENT = text("""
SELECT coalesce(min(first_us), 0) AS first, coalesce((SELECT last_us FROM chunk WHERE partnership_id = :partnership_id
          AND kpi_id = :kpi_id ORDER BY first_us DESC LIMIT 1), -1) AS last
  FROM chunk WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id
""")
_FINER = {Level.HOUR: Level.MINUTE, Level.DAY: Level.HOUR, Level.MONTH: Level.DAY}


async def roll_up(
    session: AsyncSession,
    partnership_id: UUID,
    kpi_id: UUID,
    touched: Ints,
    merged: Ints | None = None,
    *,
    anyway: bool = False,
) -> None:
    """Fold the buckets of the `touched` moments, which rise, again, after their samples were written.

    `merged` are the moments of all samples around them: where these are dense, a window that was not kept so far is made
    as a whole. Without them only what is kept is brought up to date, unless all is wanted `anyway`.
    """
    extent = (await session.execute(_EXTENT, {"partnership_id": partnership_id, "kpi_id": kpi_id})).one()
    for level in Level:
        numbers = _distinct(rollups.bucket_of(level, touched))
        windows = numbers // rollups.WINDOWS[level]
        known = await load(session, partnership_id, kpi_id, level, _distinct(windows).tolist())
        for window in _distinct(windows).tolist():
            inside = numbers[windows == window]
            first, last = int(inside[0]), int(inside[-1])
            before = known.get(window)
            if before is None:
                if not anyway and (merged is None or not _dense(level, window, merged)):
                    continue
                first, last = rollups.window_buckets(level, window)
            anew = await _fold(session, partnership_id, kpi_id, level, (first, last), (extent.first, extent.last))
            kept = rollups.replaced(before or NOTHING, first, last, anew)
            await _write(session, partnership_id, kpi_id, level, window, kept)


async def load(
    session: AsyncSession, partnership_id: UUID, kpi_id: UUID, level: Level, windows: Collection[int]
) -> dict[int, Buckets]:
    """The windows of a level that are kept."""
    rows = await session.execute(
        select(Rollup.span, Rollup.buckets).where(
            Rollup.partnership_id == partnership_id,
            Rollup.kpi_id == kpi_id,
            Rollup.level == level.value,
            Rollup.span.in_(windows),
        )
    )
    return {span: Buckets.from_bytes(buckets) for span, buckets in rows}


def _distinct(rising: Ints) -> Ints:
    found: Ints = rising[np.concatenate(([True], rising[1:] != rising[:-1]))]
    return found


def _dense(level: Level, window: int, merged: Ints) -> bool:
    begin, end = np.searchsorted(merged, rollups.bounds(level, *rollups.window_buckets(level, window)))
    if begin == end:
        return False
    first, last = rollups.bucket_of(level, merged[[begin, end - 1]]).tolist()
    return rollups.worth_keeping(int(end - begin), first, last)


async def _fold(
    session: AsyncSession,
    partnership_id: UUID,
    kpi_id: UUID,
    level: Level,
    buckets: tuple[int, int],
    extent: tuple[int, int],
) -> Buckets:
    """The buckets from the first to the last, from those of the finer level where they are kept, else from the samples.

    There are no samples outside `extent`: a new window reaches far beyond them, and nothing is asked of the database for that.
    """
    finer = _FINER.get(level)
    low, end = rollups.bounds(level, *buckets)
    if finer is None:
        return await _fold_samples(session, partnership_id, kpi_id, level, low, end - 1)
    begin_finer, end_finer = rollups.bucket_of(finer, np.array([low, end - 1])).tolist()
    windows = range(rollups.window_of(finer, begin_finer), rollups.window_of(finer, end_finer) + 1)
    known = await load(session, partnership_id, kpi_id, finer, windows)
    parts = []
    for window in windows:
        inside = rollups.window_buckets(finer, window)
        lower, upper = max(inside[0], begin_finer), min(inside[1], end_finer)
        if window in known:
            kept = known[window]
            parts.append(kept.select((kept.number >= lower) & (kept.number <= upper)))
        else:
            begin, after = rollups.bounds(finer, lower, upper)
            begin, after = max(begin, extent[0]), min(after, extent[1] + 1)
            if begin < after:
                parts.append(await _fold_samples(session, partnership_id, kpi_id, finer, begin, after - 1))
    found = rollups.join(NOTHING, *parts)
    return rollups.from_buckets(rollups.bucket_of(level, rollups.start_of(finer, found.number)), found)


async def _fold_samples(
    session: AsyncSession, partnership_id: UUID, kpi_id: UUID, level: Level, low: int, high: int
) -> Buckets:
    rows = await overlapping(session, partnership_id, {kpi_id: (low, high)})
    times, values = in_order([row for row in rows if row.kept == "chunk"], low, high)
    return rollups.from_samples(rollups.bucket_of(level, times), values)


async def _write(
    session: AsyncSession, partnership_id: UUID, kpi_id: UUID, level: Level, window: int, buckets: Buckets
) -> None:
    key = {"partnership_id": partnership_id, "kpi_id": kpi_id, "level": level.value, "span": window}
    statement = insert(Rollup).values(**key, buckets=buckets.to_bytes())
    await session.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_={"buckets": statement.excluded.buckets})
    )
