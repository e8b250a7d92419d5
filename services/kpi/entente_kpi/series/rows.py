"""The rows that samples are packed in, and what lies in them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from .domain import packing, quick
from .domain.packing import Floats, Ints

# The chunk that begins last before the range is the only one of the earlier ones that can reach into it.
_OVERLAPPING = text("""
WITH wanted AS MATERIALIZED (
  SELECT * FROM unnest(CAST(:kpis AS uuid[]), CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS given (kpi, low, high))
SELECT 'chunk' AS kept, found.* FROM wanted CROSS JOIN LATERAL (
  SELECT kpi_id, first_us, last_us, samples, scale, times, values FROM chunk
   WHERE partnership_id = :partnership_id AND kpi_id = kpi AND last_us >= low AND first_us <= high AND first_us >= coalesce(
     (SELECT max(before.first_us) FROM chunk AS before
       WHERE before.partnership_id = :partnership_id AND before.kpi_id = kpi AND before.first_us <= low), low)
   ORDER BY first_us LIMIT :most) AS found
UNION ALL
SELECT 'fresh', fresh.kpi_id, first_us, last_us, samples, scale, times, values FROM wanted
  JOIN fresh ON partnership_id = :partnership_id AND fresh.kpi_id = kpi AND first_us <= high AND last_us >= low
""")
_FRESH = text("""
SELECT 'fresh' AS kept, kpi_id, first_us, last_us, samples, scale, times, values FROM fresh
 WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id AND first_us <= :high AND last_us >= :low
""")


class Row(NamedTuple):
    """A stored row of either table (`kept`)."""

    kept: str
    kpi_id: UUID
    first_us: int
    last_us: int
    samples: int
    scale: int
    times: bytes
    values: bytes

    def unpack(self) -> tuple[Ints, Floats]:
        return packing.unpack(self.samples, self.scale, self.times, self.values)


async def overlapping(
    session: AsyncSession, partnership_id: UUID, wanted: Mapping[UUID, tuple[int, int]], most: int | None = None
) -> list[Row]:
    """The rows that reach into the range of each KPI (both ends included), of the chunks at most the first `most`."""
    parameters: dict[str, Any] = {
        "partnership_id": partnership_id,
        "kpis": list(wanted),
        "lows": [low for low, _ in wanted.values()],
        "highs": [high for _, high in wanted.values()],
        "most": most,
    }
    return [Row(*row) for row in await session.execute(_OVERLAPPING, parameters)]


async def fresh_in(session: AsyncSession, partnership_id: UUID, kpi_id: UUID, low: int, high: int) -> list[Row]:
    """The rows with samples between two moments that are not compacted."""
    where = {"partnership_id": partnership_id, "kpi_id": kpi_id, "low": low, "high": high}
    return [Row(*row) for row in await session.execute(_FRESH, where)]


def in_order(rows: Sequence[Row], low: int, high: int) -> tuple[Ints, Floats]:
    """The samples of rows that lie in a range, by rising time."""
    if not rows:
        return np.empty(0, np.int64), np.empty(0)
    together: list[Row] = []  # most of those that are fresh
    apart: list[Row] = []
    for row in rows:
        (together if quick.fits(row.scale, row.times, row.values) else apart).append(row)
    parts = [row.unpack() for row in apart]
    if together:
        counts = [row.samples for row in together]
        parts.append(quick.unpack(counts, [row.times for row in together], [row.values for row in together]))
    times, values = (np.concatenate(column) for column in zip(*parts, strict=True))
    inside = (times >= low) & (times <= high)
    times, values = times[inside], values[inside]
    order = np.argsort(times, kind="stable")
    return times[order], values[order]
