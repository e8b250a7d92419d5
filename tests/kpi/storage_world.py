"""What the tests of stored series share: compaction at will, and charts and rollups by definition."""

from datetime import datetime

import numpy as np
import pytest

from entente_kpi.series import compaction, rolling, store
from entente_kpi.series.domain import charting, rollups
from entente_kpi.series.domain.rollups import Level
from entente_kpi.series.moments import to_us


async def compact(kpi):
    """Beside the service, which may be about it too: it is waited for."""
    database, partnership_id = kpi.partnership.database, kpi.partnership.id
    async with database.transaction(tenant=partnership_id) as session:
        await store.hold(session, kpi.id)
        compacted = await compaction.compact(session, partnership_id, kpi.id)
    async with database.transaction(tenant=partnership_id) as session:
        await compaction.count(session, partnership_id, kpi.id, compacted)


def reference(samples, width):
    """Buckets by definition: {start: (count, sum, min, max, first, last)}."""
    found = {}
    for at in sorted(samples):
        number = width.of_times(np.array([to_us(at)]))
        found.setdefault(int(width.starts(number)[0]), []).append(samples[at])
    return {
        start: (len(each), pytest.approx(sum(each), rel=1e-12, abs=1e-9), min(each), max(each), each[0], each[-1])
        for start, each in found.items()
    }


async def chart_equals(kpi, samples, points):
    drawn = await kpi.partnership.get(f"/kpis/{kpi.id}/chart", points=points)
    width = charting.width_for(to_us(min(samples)), to_us(max(samples)), points)
    assert drawn["bucket"] == width.text
    assert len(drawn["at"]) <= points
    names = ("count", "sum", "min", "max", "first", "last")
    starts = [to_us(datetime.fromisoformat(at)) for at in drawn["at"]]
    assert dict(zip(starts, zip(*(drawn[name] for name in names), strict=True), strict=True)) == reference(
        samples, width
    )


def assert_exact(level, window, buckets, samples):
    low, end = rollups.bounds(level, *rollups.window_buckets(level, window))
    inside = sorted((to_us(at), value) for at, value in samples.items() if low <= to_us(at) < end)
    times, figures = (np.array(column) for column in zip(*inside, strict=True))
    expected = rollups.from_samples(rollups.bucket_of(level, times), figures)
    for name in ("number", "count", "min", "max", "first", "last"):
        assert getattr(buckets, name).tolist() == getattr(expected, name).tolist(), (level, name)
    assert buckets.sum == pytest.approx(expected.sum, rel=1e-12, abs=1e-9)


async def rollups_are_exact(kpi, admin, samples):
    """Whatever is kept is what the samples come to. Returns the levels that are."""
    rows = await admin.fetch("SELECT level, span FROM rollup WHERE kpi_id = $1", kpi.id)
    async with kpi.partnership.database.transaction(tenant=kpi.partnership.id) as session:
        for row in rows:
            level = Level(row["level"])
            found = await rolling.load(session, kpi.partnership.id, kpi.id, level, [row["span"]])
            assert_exact(level, row["span"], found[row["span"]], samples)
    return {row["level"] for row in rows}
