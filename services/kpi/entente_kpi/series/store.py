"""Where samples are kept. Nothing but this module, `rows` and `compaction` reads or writes their tables.

Callers that write hold the tracks of the KPIs that they write to: between two statements nobody else changes what those series
say. Compaction goes on beside them, for it only moves samples; whoever rewrites a row has `hold`. Bulk goes by `unnest`: one
statement, whatever the number of samples.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import numpy as np
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from . import moments
from .domain import packing, quick
from .domain.packing import Floats, Ints
from .moments import FIRST, LAST, from_us, to_us
from .rows import Row, in_order, overlapping

Point = tuple[datetime, float]
INSTANT = moments.INSTANT
_AT_A_TIME = 4  # chunks: some 32,000 samples

_APPEND = text("""
INSERT INTO fresh (partnership_id, kpi_id, first_us, last_us, samples, scale, times, values)
SELECT :partnership_id, * FROM unnest(CAST(:kpis AS uuid[]), CAST(:firsts AS bigint[]), CAST(:lasts AS bigint[]),
  CAST(:counts AS bigint[]), array_fill(-1::bigint, ARRAY[cardinality(CAST(:counts AS bigint[]))]), CAST(:times AS bytea[]),
  CAST(:values AS bytea[]))
""")
_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('samples of ' || :kpi, 0))")
_TRY_HOLD = text("SELECT pg_try_advisory_xact_lock(hashtextextended('samples of ' || :kpi, 0))")
_LAST_CHUNK = """
SELECT 'chunk' AS kept, kpi_id, first_us, last_us, samples, scale, times, values FROM chunk
 WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id AND first_us <= :at ORDER BY first_us DESC LIMIT 1
"""
_REPACK = """
UPDATE {table} SET scale = :scale, values = :values
 WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id AND first_us = :first_us
"""


async def append(
    session: AsyncSession, partnership_id: UUID, kpi_ids: Sequence[UUID], starts: Ints, times: Ints, values: Floats
) -> None:
    """Store samples that are new. Those of `kpi_ids[n]` begin at `starts[n]` in the arrays and are in order of time."""
    ends = np.append(starts[1:], len(times))
    packed_times, packed_values = quick.pack(times, values, starts)
    parameters = {
        "partnership_id": partnership_id,
        "kpis": list(kpi_ids),
        "firsts": times[starts].tolist(),
        "lasts": times[ends - 1].tolist(),
        "counts": (ends - starts).tolist(),
        "times": packed_times,
        "values": packed_values,
    }
    await session.execute(_APPEND, parameters)


async def values_at(
    session: AsyncSession, partnership_id: UUID, wanted: Mapping[UUID, Ints]
) -> dict[UUID, dict[int, float]]:
    """Of each KPI the stored samples at the given moments."""
    ranges = {kpi_id: (int(times.min()), int(times.max())) for kpi_id, times in wanted.items()}
    found: dict[UUID, dict[int, float]] = {kpi_id: {} for kpi_id in wanted}
    for row in await overlapping(session, partnership_id, ranges):
        times, values = row.unpack()
        present = np.isin(times, wanted[row.kpi_id])
        found[row.kpi_id].update(zip(times[present].tolist(), values[present].tolist(), strict=True))
    return found


async def hold(session: AsyncSession, kpi_id: UUID) -> None:
    """Wait for whoever rewrites rows of a KPI, and be alone with them until the transaction ends."""
    await session.execute(_HOLD, {"kpi": str(kpi_id)})


async def try_hold(session: AsyncSession, kpi_id: UUID) -> bool:
    """The same, unless somebody else is."""
    held: bool = (await session.execute(_TRY_HOLD, {"kpi": str(kpi_id)})).scalar_one()
    return held


async def replace(session: AsyncSession, partnership_id: UUID, kpi_id: UUID, corrected: Mapping[int, float]) -> bool:
    """Give stored samples other values. Says whether any of them has been compacted, so that rollups are to be made again."""
    compacted = False
    await hold(session, kpi_id)
    for row in await overlapping(session, partnership_id, {kpi_id: (min(corrected), max(corrected))}):
        times, values = row.unpack()
        places = {at: place for place, at in enumerate(times.tolist()) if at in corrected}
        if not places:
            continue
        for at, place in places.items():
            values[place] = corrected[at]
        packed = packing.pack(times, values)
        where = {"partnership_id": partnership_id, "kpi_id": kpi_id, "first_us": row.first_us}
        statement = text(_REPACK.format(table=row.kept))
        await session.execute(statement, {**where, "scale": packed.scale, "values": packed.values})
        compacted |= row.kept == "chunk"
    return compacted


async def pieces(
    session: AsyncSession,
    partnership_id: UUID,
    kpi_id: UUID,
    low: int,
    high: int,
    *,
    most: int = _AT_A_TIME,
    fresh: bool = True,
) -> AsyncIterator[tuple[Ints, Floats]]:
    """The samples with `low <= time <= high` by rising time, in pieces of about `most` chunks each.

    Without `fresh` only those that have been compacted.
    """
    while low <= high:
        rows = await overlapping(session, partnership_id, {kpi_id: (low, high)}, most)
        chunks = [row.last_us for row in rows if row.kept == "chunk"]
        end = max(chunks) if len(chunks) == most else high
        times, values = in_order([row for row in rows if fresh or row.kept == "chunk"], low, min(end, high))
        if len(times):
            yield times, values
        low = end + 1


async def read_since(
    session: AsyncSession, partnership_id: UUID, since: Mapping[UUID, datetime]
) -> dict[UUID, list[Point]]:
    """Of each KPI the samples at its moment and later, by rising time."""
    ranges = {kpi_id: (to_us(moment), LAST) for kpi_id, moment in since.items()}
    rows: dict[UUID, list[Row]] = {kpi_id: [] for kpi_id in since}
    for row in await overlapping(session, partnership_id, ranges):
        rows[row.kpi_id].append(row)
    return {kpi_id: _points(*in_order(rows[kpi_id], *ranges[kpi_id])) for kpi_id in since}


async def read_range(
    session: AsyncSession, partnership_id: UUID, kpi_id: UUID, *, since: datetime, until: datetime, limit: int
) -> list[Point]:
    """At most `limit` samples with `since <= at < until`, by rising time."""
    found: list[Point] = []
    async for times, values in pieces(session, partnership_id, kpi_id, to_us(since), to_us(until) - 1, most=1):
        left = limit - len(found)
        found += _points(times[:left], values[:left])
        if len(found) == limit:
            break
    return found


async def latest(session: AsyncSession, partnership_id: UUID, kpi_id: UUID, at: datetime) -> Point | None:
    """The last sample at or before a moment."""
    moment = to_us(at)
    where = {"partnership_id": partnership_id, "kpi_id": kpi_id, "at": moment}
    last = (await session.execute(text(_LAST_CHUNK), where)).first()
    low = last.first_us if last else FIRST
    times, values = in_order(await overlapping(session, partnership_id, {kpi_id: (low, moment)}), low, moment)
    return (from_us(int(times[-1])), float(values[-1])) if len(times) else None


def _points(times: Ints, values: Floats) -> list[Point]:
    return [(from_us(at), value) for at, value in zip(times.tolist(), values.tolist(), strict=True)]
