"""A5: an individuals chart on the deviations."""

import statistics
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kpi.kpi_world import day, stamp

from entente_kpi.control_charts.domain import Signal, chart

WHEELER = [39, 41, 41, 41, 43, 44, 41, 42, 40, 41, 44, 40]  # mean 41.42, mean moving range 1.73


def test_limits_are_the_mean_and_2_66_mean_moving_ranges():
    found = chart(WHEELER)
    assert found.mean == pytest.approx(41.4167, abs=1e-4)
    assert found.moving_range == pytest.approx(19 / 11)
    assert (found.lower, found.upper) == (
        pytest.approx(41.4167 - 4.5945, abs=1e-3),
        pytest.approx(41.4167 + 4.5945, abs=1e-3),
    )
    assert found.signals == [[]] * 12


def test_a_point_beyond_the_limits_is_flagged():
    found = chart([*WHEELER, 60])
    assert [index for index, signals in enumerate(found.signals) if signals] == [12]
    assert found.signals[12] == [Signal.BEYOND]


def test_the_eighth_in_a_row_on_one_side_is_flagged_and_those_after_it():
    found = chart([1, -1] * 4 + [1.0] * 9 + [-1, 1] * 4 + [-9.0])
    assert [index for index, signals in enumerate(found.signals) if Signal.RUN in signals] == [15, 16]


def test_a_point_on_the_mean_ends_a_run():
    assert not any(
        Signal.RUN in signals for signals in chart([1.0] * 7 + [0.0, 1.0] + [-1.0] * 7 + [0.0, -1.0]).signals
    )


@pytest.mark.parametrize("deviations", [[], [0.3]])
def test_too_few_points_have_no_limits(deviations):
    found = chart(deviations)
    assert (found.mean, found.lower, found.upper, found.signals) == (None, None, None, [[]] * len(deviations))


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=60))
def test_signals_are_those_of_brute_force(deviations):
    found, mean = chart(deviations), sum(deviations) / len(deviations)
    spread = 2.66 * statistics.fmean(abs(b - a) for a, b in pairwise(deviations))
    for index, e in enumerate(deviations):
        last = deviations[max(0, index - 7) : index + 1]
        run = len(last) == 8 and (all(each > mean for each in last) or all(each < mean for each in last))
        assert (Signal.RUN in found.signals[index]) == run
        if abs(abs(e - mean) - spread) > 1e-9:
            assert (Signal.BEYOND in found.signals[index]) == (abs(e - mean) > spread)


async def test_the_chart_warns_and_triggers_nothing(kpis):
    kpi = await kpis.define()
    await kpi.agree(starts=1)
    await kpi.push({0: 9.0} | {1 + n: 0.01 * (-1) ** n for n in range(20)} | {21: 0.12})
    told = await kpis.get(f"/kpis/{kpi.id}/control-chart")
    assert len(told["points"]) == 21  # what lies before the start is not judged
    assert told["warning"] is True
    assert [each["at"] for each in told["points"] if each["signals"]] == [stamp(day(21))]
    assert told["points"][-1]["signals"] == ["beyond"]
    assert told["lower"] < told["mean"] < told["upper"]
    assert await kpi.deviations() == []
    earlier = await kpis.get(f"/kpis/{kpi.id}/control-chart", to=stamp(day(21)), limit=10)
    assert (len(earlier["points"]), earlier["warning"]) == (10, False)
    begun = await kpis.get(f"/kpis/{kpi.id}/control-chart", **{"from": stamp(day(3)), "limit": 4})
    assert [each["at"] for each in begun["points"]] == [stamp(day(n)) for n in (3, 4, 5, 6)]


async def test_a_chart_of_nothing_is_empty(kpis):
    kpi = await kpis.define()
    told = await kpis.get(f"/kpis/{kpi.id}/control-chart")
    assert (told["points"], told["mean"], told["warning"]) == ([], None, False)


async def test_the_newest_points_are_found_in_a_series_denser_than_its_cadence(kpis):
    kpi = await kpis.define()
    await kpi.agree()
    await kpi.push({n / 1000: 0.0 for n in range(5000)})
    points = (await kpis.get(f"/kpis/{kpi.id}/control-chart", limit=20))["points"]
    assert len(points) == 20
    assert points[-1]["at"] == stamp(day(4.999))
