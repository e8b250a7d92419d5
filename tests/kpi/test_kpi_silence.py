"""A KPI that falls silent has no data, by the partnership's clock; that closes nothing."""

from kpi.kpi_world import day
from support.waiting import eventually


async def until(kpi, state):
    async def reached():
        return await kpi.state() == state

    await eventually(reached)


async def test_silence_is_no_recovery(kpis):
    kpi = await kpis.define(stale_after="P3D")
    await kpi.agree()
    await kpi.push({0: -0.3})
    await kpi.push({1: -0.3})
    await kpis.advance(day(3.5))  # the timer of the first sample is due, and set again
    await kpis.advance(day(4))
    await until(kpi, "no_data")
    assert await kpi.spans() == [(1, 0, None, False)]
    assert [each["state"] for each in await kpi.deviations()] == ["no_data"]
    assert [each.data["state"] for each in await kpis.events("deviation_changed")] == ["firing", "no_data"]

    await kpi.push({3: -0.3})
    assert await kpi.state() == "firing"
    await kpi.push({4: 0.0})
    assert await kpi.spans() == [(1, 0, 4, False)]
    await kpis.advance(day(7))
    await until(kpi, "no_data")


async def test_history_that_is_older_than_that_is_silent_at_once(kpis):
    kpi = await kpis.define(stale_after="P3D")
    await kpi.agree(starts=-100)
    await kpi.push({-50: 0.0})
    assert await kpi.state() == "no_data"
    await kpi.push({-1: 0.0})
    assert await kpi.state() == "ok"


async def test_a_kpi_without_a_trajectory_may_fall_silent_too(kpis):
    kpi = await kpis.define(stale_after="P1D")
    await kpi.push({0: 1.0})
    await kpis.advance(day(1))
    await until(kpi, "no_data")
