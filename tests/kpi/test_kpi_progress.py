"""Progress is published at most once a second, and its last value always comes out."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from support.waiting import eventually


async def published(kpis):
    return [each.data["value"] for each in await kpis.events("progress_changed")]


async def test_a_burst_is_published_as_its_first_and_its_last_value(kpis):
    """In a partnership whose clock stands still."""
    kpi = await kpis.define()
    await kpi.agree()
    for index in range(10):
        await kpi.push({index: index / 100})

    async def came_out():
        return (await published(kpis))[-1] == 0.09

    await eventually(came_out)
    values = await published(kpis)
    assert values[0] == 0.0
    moments = [each.row["occurred_at"] for each in await kpis.events("progress_changed")]
    assert all(later - earlier > timedelta(seconds=0.7) for earlier, later in pairwise(moments))
    await asyncio.sleep(1.5)
    assert await published(kpis) == values


async def test_progress_is_that_of_the_newest_sample_against_what_is_agreed_now(kpis):
    kpi = await kpis.define()
    await kpi.agree(baseline=400.0, target=320.0)
    await kpi.push({0: 400.0, 1: 360.0})
    [told] = await kpis.events("progress_changed")
    assert (told.data["value"], told.data["progress"], told.data["state"]) == (360.0, 0.5, "ok")
    assert told.data["planned"] == pytest.approx(1e-5)
    assert told.data["objective_id"] == str(kpi.objective)


async def test_nothing_is_published_before_the_trajectory_starts(kpis):
    kpi = await kpis.define()
    await kpi.push({0: 1.0})
    await kpi.agree(starts=5)
    await kpi.push({1: 1.0})
    assert await published(kpis) == []
