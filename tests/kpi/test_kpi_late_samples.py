"""What a late or corrected sample makes anew, and how little of the series is read for it."""

import pytest

from entente_kpi.evaluation import replay
from entente_kpi.series import store


async def test_a_deviation_that_had_not_recovered_stands_open_again_under_its_number(kpis):
    kpi = await kpis.define()
    await kpi.agree()
    await kpi.push({0: 0.0, 1: -0.3, 2: 0.0, 3: -0.2})
    assert await kpi.spans() == [(1, 1, 2, False)]
    await kpi.push({2: -0.4}, correction=True)
    assert await kpi.spans() == [(1, 1, None, False)]
    [opened] = await kpis.events("deviation_opened")
    [reopened] = await kpis.events("deviation_reopened")
    assert (reopened.data["deviation_id"], reopened.data["crossing"]) == (opened.data["deviation_id"], 1)
    assert reopened.row["correlation_id"] == opened.row["event_id"]
    assert (reopened.data["at"], reopened.data["value"]) == ("2026-01-04T00:00:00Z", -0.2)
    assert reopened.data["gap"] == pytest.approx(0.2, abs=1e-3)

    await kpi.push({4: 0.0})
    assert await kpi.spans() == [(1, 1, 4, False)]
    assert [each.data["at"] for each in await kpis.events("deviation_closed")] == [
        "2026-01-03T00:00:00Z",
        "2026-01-05T00:00:00Z",
    ]
    assert len(await kpis.events("deviation_reopened")) == 1


async def test_a_crossing_that_only_moves_is_not_opened_again(kpis):
    kpi = await kpis.define()
    await kpi.agree()
    await kpi.push({0: 0.0, 1: -0.3, 2: -0.3, 3: 0.0})
    await kpi.push({1: 0.0}, correction=True)
    assert await kpi.spans() == [(1, 2, 3, False)]
    assert await kpis.events("deviation_reopened") == []


@pytest.fixture
def reading(monkeypatch):
    """How many samples the evaluation read."""
    counts = []
    for name in ("read_range", "read_since"):
        real = getattr(store, name)

        async def counted(*args, real=real, **kwargs):
            found = await real(*args, **kwargs)
            counts.append(len(found) if isinstance(found, list) else sum(len(each) for each in found.values()))
            return found

        monkeypatch.setattr(store, name, counted)
    monkeypatch.setattr(replay, "PAGE", 50)
    return counts


@pytest.mark.parametrize(("late", "value"), [(305.5, -0.3), (700.5, 0.0), (1999.5, 0.0)])
async def test_a_late_sample_makes_no_more_anew_than_it_can_have_touched(kpis, reading, late, value):
    """Of 4000 samples with one crossing and, late, one that was pending."""
    kpi = await kpis.define(**{"for": "P2D", "keep": "P2D"})
    await kpi.agree()
    samples = {at: -0.3 if 300 <= at < 320 or at == 3500 else -0.01 * (at % 7) for at in range(4000)}
    await kpi.push(samples)
    before = await kpi.spans()
    assert before == [(1, 302, 322, False)]
    reading.clear()
    assert (await kpi.push({late: value}))["accepted"] == 1
    assert 0 < sum(reading) < 200
    reading.clear()
    assert await kpi.spans() == before


async def test_a_late_sample_in_a_quiet_time_is_evaluated_without_reading_any_other(kpis, reading):
    kpi = await kpis.define(**{"for": "P2D", "keep": "P2D"})
    await kpi.agree()
    await kpi.push(dict.fromkeys(range(100), 0.0))
    reading.clear()
    await kpi.push({50.5: 0.0, 60: -0.2, 100: -0.3, 102: -0.3} | {70: 0.1}, correction=True)
    assert reading == []
    assert await kpi.spans() == [(1, 102, None, False)]
    await kpi.push({101: 0.0})
    assert reading != []
    assert await kpi.spans() == [(1, 102, None, True)]
