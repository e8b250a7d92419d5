"""Bring fresh samples in order: full chunks that do not overlap, and rollups folded from them.

One KPI at a time, and without waiting for the disk: what a crash undoes is done again, the fresh rows are still there. Samples
go on arriving meanwhile, as new rows. Only what rewrites rows, which is a correction, waits (`store.hold`).
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from uuid import UUID

import numpy as np
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from . import retention, rolling, store
from .domain import packing
from .domain.packing import Floats, Ints
from .rows import Row, in_order

FULL = 8192  # samples in a chunk
ENOUGH = 2 * FULL  # fresh samples of a KPI that are worth a compaction
_MOST = 32 * FULL  # samples at a time
_APART = 2  # fresh rows with more chunks between them are merged apart: what lies between need not be touched

_DUE = text("SELECT * FROM entente_compaction_due(:enough, interval '30 seconds')")
_NOT_WAITING = text("SET LOCAL synchronous_commit = off")
_FRESH = text("""
SELECT 'fresh', kpi_id, first_us, last_us, samples, scale, times, values
  FROM (SELECT *, sum(samples) OVER (ORDER BY first_us) - samples AS before FROM fresh
         WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id) AS counted
 WHERE before < :most ORDER BY first_us
""")
_CHUNK_STARTS = text("""
SELECT first_us FROM chunk WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id AND first_us BETWEEN :low AND :high
 ORDER BY first_us
""")
# With the chunk before, which is filled up where it is small.
_CHUNKS = text("""
SELECT 'chunk', kpi_id, first_us, last_us, samples, scale, times, values FROM chunk
 WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id AND first_us <= :high
   AND first_us >= coalesce((SELECT max(first_us) FROM chunk WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id
                                AND first_us <= :low), :low)
   AND (last_us >= :low OR samples < :small)
""")
_DELETE = """
DELETE FROM {table} WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id AND first_us = ANY(CAST(:firsts AS bigint[]))
"""
_INSERT = text("""
INSERT INTO chunk (partnership_id, kpi_id, first_us, last_us, samples, scale, times, values)
SELECT :partnership_id, :kpi_id, * FROM unnest(CAST(:firsts AS bigint[]), CAST(:lasts AS bigint[]), CAST(:counts AS bigint[]),
  CAST(:scales AS bigint[]), CAST(:times AS bytea[]), CAST(:values AS bytea[]))
""")
_NOTED = text("""
SELECT fresh_samples AS noted, (SELECT coalesce(sum(samples), 0) FROM fresh WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id)
       AS there FROM track WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id
""")
_TAKE_OFF = text("""
UPDATE track SET fresh_samples = fresh_samples - :compacted, fresh_since = CASE WHEN fresh_samples > :compacted THEN now() END
 WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id RETURNING fresh_samples
""")
_COUNT = text("""
UPDATE track SET fresh_samples = left_over.samples, fresh_since = CASE WHEN left_over.samples > 0 THEN now() END
  FROM (SELECT coalesce(sum(samples), 0) AS samples FROM fresh WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id) AS left_over
 WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id RETURNING fresh_samples
""")


async def kpis_due(session: AsyncSession) -> list[tuple[UUID, UUID]]:
    """(partnership, KPI) of those with many or old fresh samples."""
    return [(row.partnership, row.kpi) for row in await session.execute(_DUE, {"enough": ENOUGH})]


async def compact(session: AsyncSession, partnership_id: UUID, kpi_id: UUID) -> int | None:
    """Compact what is fresh of one KPI, up to a bound: how many samples are fresh no longer, which `count` is told after the
    commit, with those that it was not told of the last time because the process had ended. None: somebody else is about it.
    """
    where = {"partnership_id": partnership_id, "kpi_id": kpi_id}
    await session.execute(_NOT_WAITING)
    if not await store.try_hold(session, kpi_id):
        return None
    noted, there = (await session.execute(_NOTED, where)).one()
    fresh = [Row(*row) for row in await session.execute(_FRESH, {**where, "most": _MOST})]
    if fresh:
        bounds = {"low": fresh[0].first_us, "high": max(row.last_us for row in fresh)}
        starts = (await session.scalars(_CHUNK_STARTS, {**where, **bounds})).all()
        for rows in _clusters(fresh, starts):
            await _merge(session, partnership_id, kpi_id, rows)
    return sum(row.samples for row in fresh) + max(0, int(noted - there))


async def count(session: AsyncSession, partnership_id: UUID, kpi_id: UUID, compacted: int) -> None:
    """Note that so many samples are fresh no longer, and where none is left, let go of what is kept no longer.

    Ingest waits for this, so it is one statement as long as samples come. What is noted may be wrong for a while, too much
    where this was left out, too little where two did it; the samples are counted where nothing was compacted or is left.
    """
    where = {"partnership_id": partnership_id, "kpi_id": kpi_id}
    await session.execute(_NOT_WAITING)
    left = (await session.execute(_TAKE_OFF, {**where, "compacted": compacted})).scalar_one()
    if compacted and left > 0:
        return
    if not (await session.execute(_COUNT, where)).scalar_one():
        await store.hold(session, kpi_id)
        await retention.let_go(session, partnership_id, kpi_id)


def _clusters(fresh: Sequence[Row], chunk_starts: Sequence[int]) -> Iterator[list[Row]]:
    cluster, end = [fresh[0]], fresh[0].last_us
    for row in fresh[1:]:
        between = bisect_right(chunk_starts, row.first_us) - bisect_right(chunk_starts, end)
        if between > _APART:
            yield cluster
            cluster, end = [], row.last_us
        cluster.append(row)
        end = max(end, row.last_us)
    yield cluster


async def _merge(session: AsyncSession, partnership_id: UUID, kpi_id: UUID, fresh: list[Row]) -> None:
    where = {"partnership_id": partnership_id, "kpi_id": kpi_id}
    low, high = fresh[0].first_us, max(row.last_us for row in fresh)
    bounds = {"low": low, "high": high, "small": FULL // 2}
    chunks = [Row(*row) for row in await session.execute(_CHUNKS, {**where, **bounds})]
    rows = chunks + fresh
    times, values = in_order(rows, min(row.first_us for row in rows), max(row.last_us for row in rows))
    for table, gone in (("chunk", chunks), ("fresh", fresh)):
        await session.execute(text(_DELETE.format(table=table)), {**where, "firsts": [row.first_us for row in gone]})
    await _insert(session, where, times, values)
    added, _ = in_order(fresh, low, high)
    await rolling.roll_up(session, partnership_id, kpi_id, added, times)


async def _insert(session: AsyncSession, where: dict[str, UUID], times: Ints, values: Floats) -> None:
    pieces = -(-len(times) // FULL)
    packed = [
        packing.pack(*part) for part in zip(np.array_split(times, pieces), np.array_split(values, pieces), strict=True)
    ]
    columns = {
        "firsts": [each.first for each in packed],
        "lasts": [each.last for each in packed],
        "counts": [each.count for each in packed],
        "scales": [each.scale for each in packed],
        "times": [each.times for each in packed],
        "values": [each.values for each in packed],
    }
    await session.execute(_INSERT, {**where, **columns})
