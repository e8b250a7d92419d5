"""A series at the resolution of a chart: from rollups where they are kept, however many samples there are."""

from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

import numpy as np
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from . import rolling, store
from .domain import charting, rollups
from .domain.charting import Width
from .domain.rollups import NOTHING, Buckets, Level
from .moments import FIRST, LAST
from .rows import fresh_in, in_order, overlapping

_ENDS = text("""
SELECT least(min(low), min(fresh_low), min(begins)) AS low, greatest(max(high), max(fresh_high)) AS high, max(high) AS compacted FROM (
  SELECT (SELECT first_us FROM chunk WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id ORDER BY first_us LIMIT 1) AS low,
         (SELECT last_us FROM chunk WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id ORDER BY first_us DESC LIMIT 1) AS high,
         (SELECT min(first_us) FROM fresh WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id) AS fresh_low,
         (SELECT max(last_us) FROM fresh WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id) AS fresh_high,
         (SELECT begins_us FROM track WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id) AS begins) AS ends
""")


@dataclass(frozen=True, slots=True)
class Chart:
    width: Width
    buckets: Buckets


async def draw(
    session: AsyncSession, partnership_id: UUID, kpi_id: UUID, low: int | None, high: int | None, points: int
) -> Chart:
    """At most `points` buckets, all whole, of the samples with `low <= time < high` (microseconds; None: of all)."""
    ends = (await session.execute(_ENDS, {"partnership_id": partnership_id, "kpi_id": kpi_id})).one()
    if ends.low is None:
        return Chart(Width(rollups.SECOND), NOTHING)
    low, high = max(ends.low, FIRST if low is None else low), min(ends.high, LAST if high is None else high - 1)
    if low > high:
        return Chart(Width(rollups.SECOND), NOTHING)
    width = charting.width_for(low, high, points)
    first, last = width.of_times(np.array([low, high])).tolist()
    begin, end = width.starts(np.array([first, last + 1])).tolist()
    reader = _Reader(session, partnership_id, kpi_id, width, ends.compacted)
    return Chart(width, await reader.read(begin, end - 1))


@dataclass(frozen=True, slots=True)
class _Reader:
    session: AsyncSession
    partnership_id: UUID
    kpi_id: UUID
    width: Width
    compacted: int | None

    async def read(self, low: int, high: int) -> Buckets:
        """Buckets of whole ranges: the compacted ones, and what came since."""
        rows = await fresh_in(self.session, self.partnership_id, self.kpi_id, low, high)
        times, values = in_order(rows, low, high)
        kept = await self._compacted(low, high) if self.compacted is not None else NOTHING
        is_tail = times > (FIRST if self.compacted is None else self.compacted)
        late = np.unique(self.width.of_times(times[~is_tail]))
        tail = rollups.from_samples(self.width.of_times(times[is_tail]), values[is_tail])
        whole = charting.with_tail(charting.without(kept, late), charting.without(tail, late))
        return rollups.join(whole, *[await self._anew(number) for number in late.tolist()]) if len(late) else whole

    async def _anew(self, number: int) -> Buckets:
        """One bucket from its samples: some came late and are not compacted yet."""
        low, end = self.width.starts(np.array([number, number + 1])).tolist()
        rows = await overlapping(self.session, self.partnership_id, {self.kpi_id: (low, end - 1)})
        times, values = in_order(rows, low, end - 1)
        return rollups.from_samples(self.width.of_times(times), values)

    async def _compacted(self, low: int, high: int) -> Buckets:
        level = self.width.level
        if level is None:
            return await self._from_samples(low, high)
        first, last = rollups.bucket_of(level, np.array([low, high])).tolist()
        windows = range(rollups.window_of(level, first), rollups.window_of(level, last) + 1)
        known = await rolling.load(self.session, self.partnership_id, self.kpi_id, level, windows)
        parts = [self._of_level(each.select((each.number >= first) & (each.number <= last))) for each in known.values()]
        missing = [window for window in windows if window not in known]
        for begin, end in _runs(missing):
            parts.append(await self._from_samples(*self._range(level, begin, end, low, high)))
        joined = rollups.join(*parts) if parts else NOTHING
        return rollups.from_buckets(joined.number, joined)  # a bucket may begin in one window and end in the next

    def _of_level(self, buckets: Buckets) -> Buckets:
        return rollups.from_buckets(self.width.of_level(buckets.number), buckets)

    async def _from_samples(self, low: int, high: int) -> Buckets:
        parts = [NOTHING]
        found = store.pieces(self.session, self.partnership_id, self.kpi_id, low, high, fresh=False)
        async for times, values in found:
            parts.append(rollups.from_samples(self.width.of_times(times), values))
        joined = rollups.join(*parts)
        return rollups.from_buckets(joined.number, joined)

    @staticmethod
    def _range(level: Level, begin: int, end: int, low: int, high: int) -> tuple[int, int]:
        """From the start of window `begin` to the end of window `end`, inside a range."""
        first, _ = rollups.window_buckets(level, begin)
        _, last = rollups.window_buckets(level, end)
        lower, after = rollups.bounds(level, first, last)
        return max(lower, low), min(after - 1, high)


def _runs(windows: list[int]) -> list[tuple[int, int]]:
    """(first, last) of each run of consecutive windows."""
    groups = groupby(enumerate(windows), key=lambda item: item[1] - item[0])
    runs = [[window for _, window in group] for _, group in groups]
    return [(run[0], run[-1]) for run in runs]
