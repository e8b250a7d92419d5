"""Work in the background goes on for everybody else where one KPI breaks it."""

from kpi.kpi_world import START
from kpi.test_kpi_storage import kept, push_series
from support.waiting import eventually


async def test_a_kpi_that_cannot_be_compacted_holds_up_no_other(kpis, kpi_admin):
    broken, sound = await kpis.define(), await kpis.define()
    for kpi in (broken, sound):
        await push_series(kpi, START, 1, list(range(100)))
    await kpi_admin.execute("UPDATE fresh SET times = '' WHERE kpi_id = $1", broken.id)
    try:
        due = "UPDATE track SET fresh_since = now() - interval '1 hour', fresh_samples = $2 WHERE kpi_id = $1"
        await kpi_admin.execute(due, broken.id, 10**9)  # the first in line
        await kpi_admin.execute(due, sound.id, 100)

        async def compacted():
            return await kept(sound, kpi_admin, "chunk") == 100

        await eventually(compacted, 30)
        assert await kept(broken, kpi_admin, "fresh") == 100
    finally:
        await kpi_admin.execute("DELETE FROM fresh WHERE kpi_id = $1", broken.id)
