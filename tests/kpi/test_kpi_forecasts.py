"""A4 against known values and brute force, and over HTTP."""

import hashlib
import statistics
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kpi.kpi_world import day

from entente_kpi.forecasts import domain
from entente_kpi.forecasts.domain import Method, holt, theil_sen


def at_least(target):
    return lambda values: values >= target


def test_the_line_of_theil_and_sen_is_the_median_of_all_slopes():
    """The example of Sen (1968), section 5."""
    t, y = np.array([1.0, 2, 3, 4, 10, 12, 18]), np.array([9.0, 15, 19, 20, 45, 55, 78])
    assert theil_sen.fit(t, y).slope == pytest.approx(4.0)


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(st.integers(0, 1000), st.floats(-1e6, 1e6)), min_size=2, max_size=20, unique_by=lambda each: each[0]
    )
)
def test_the_line_is_that_of_brute_force(points):
    slopes = [(y2 - y1) / (t2 - t1) for (t1, y1), (t2, y2) in combinations(points, 2)]
    slope = statistics.median(slopes)
    found = theil_sen.fit(*(np.array(column, dtype=float) for column in zip(*points, strict=True)))
    assert found.slope == pytest.approx(slope, rel=1e-9, abs=1e-9)
    assert found.intercept == pytest.approx(statistics.median([y - slope * t for t, y in points]), rel=1e-9, abs=1e-3)


def one_step_errors(y, alpha, beta, phi):
    """Holt's damped method as it is written in textbooks, with smoothing equations instead of error correction."""
    level, trend, errors = y[0], y[1] - y[0], []
    for value in y[1:]:
        before, expected = level, level + phi * trend
        errors.append(value - expected)
        level = alpha * value + (1 - alpha) * expected
        trend = beta * (level - before) + (1 - beta) * phi * trend
    return level, trend, errors


def test_holts_fit_errs_least_of_its_grid_and_is_the_textbooks():
    y = np.array([3.0, 5, 4, 6, 8, 7, 9, 12, 11, 13, 13, 16, 15])
    found = holt.fit(y)
    level, trend, errors = one_step_errors(y, found.alpha, found.beta, found.phi)
    assert (found.level, found.trend) == (pytest.approx(level), pytest.approx(trend))
    assert found.residuals.tolist() == pytest.approx(errors)
    least = min(
        sum(error**2 for error in one_step_errors(y, alpha, beta, phi)[2])
        for alpha in (0.1, 0.3, 0.5, 0.7, 0.9) for beta in (0.05, 0.2, 0.4, 0.7) for phi in (0.8, 0.9, 0.98)
    )  # fmt: skip
    assert sum(error**2 for error in errors) == pytest.approx(least)
    ahead = level + trend * sum(found.phi**j for j in range(1, 8))
    assert found.ahead(np.array([7.0]))[0] == pytest.approx(ahead)


def test_an_error_on_the_way_moves_what_comes_as_the_recursion_does():
    """The weights of `resampled` by running the method on, with each error alone."""
    y = np.array([3.0, 5, 4, 6, 8, 7, 9, 12, 11, 13, 13, 16, 15])
    found = holt.fit(y)

    def after(errors):
        level, trend = found.level, found.trend
        for error in errors:
            level, trend = (
                level + found.phi * trend + found.alpha * error,
                found.phi * trend + found.alpha * found.beta * error,
            )
        return level

    class Alone:
        def choice(self, _residuals, shape):
            return np.vstack([np.eye(shape[1]), np.zeros((shape[0] - shape[1], shape[1]))])

    value, outcomes = holt.resampled(y, 5.0, 9, Alone())
    still = after([0.0] * 5)
    assert value == pytest.approx(still)
    for place in range(4):
        moved = after([1.0 if place == index else 0.0 for index in range(5)])
        assert outcomes[place] == pytest.approx(moved), place
    assert outcomes[4] == pytest.approx(value + 1)
    assert outcomes[5:].tolist() == pytest.approx([value] * 4)


@pytest.mark.parametrize("count", [3, 11, 12, 40])
def test_a_straight_line_goes_on_and_is_sure(count):
    times = [float(n) for n in range(count)]
    found = domain.forecast(times, [2 * t + 1 for t in times], count + 9.0, at_least(2.0 * count), seed=7)
    assert found.method is Method.THEIL_SEN
    assert (found.value, found.low, found.high, found.chance) == pytest.approx(
        (2 * count + 19, 2 * count + 19, 2 * count + 19, 1.0)
    )


def series(seed, count=36, phi=0.9):
    """A damped rise with noise: what Holt's method is made for."""
    chance = np.random.default_rng(seed)
    level, trend, values = 0.0, 10.0, []
    for _ in range(count):
        level, trend = level + phi * trend, phi * trend
        values.append(level + chance.normal(0, 1.0))
    return [float(n) for n in range(count)], values


def test_a_rise_that_levels_off_is_forecast_by_holt():
    found = domain.forecast(*series(1), 46.0, at_least(0), seed=1)
    assert found.method is Method.DAMPED_HOLT
    assert found.errors[Method.DAMPED_HOLT] < found.errors[Method.THEIL_SEN]
    assert 80 < found.value < 100


def test_an_outlier_leaves_only_the_robust_line():
    times = [float(n) for n in range(20)]
    chance = np.random.default_rng(4)
    values = [t + chance.normal(0, 0.1) for t in times]
    assert set(domain.forecast(times, values, 30.0, at_least(0), seed=1).errors) == set(Method)
    values[10] = 500.0
    found = domain.forecast(times, values, 30.0, at_least(0), seed=1)
    assert set(found.errors) == {Method.THEIL_SEN}
    assert found.value == pytest.approx(30.0, abs=0.5)


@pytest.mark.parametrize("place", [0, 1, 10, 18, 19])
def test_one_point_far_from_its_neighbours_is_an_outlier_and_a_curve_is_none(place):
    t, chance = np.arange(20.0), np.random.default_rng(8)
    y = t**2 + chance.normal(0, 1.0, 20)
    assert not domain.has_outliers(t, y)
    y[place] += 40.0
    assert domain.has_outliers(t, y)
    assert not domain.has_outliers(t, np.ones(20))
    assert not domain.has_outliers(t, 0.1 * t)


def test_a_due_date_too_far_for_a_damped_trend_is_left_to_the_line():
    assert set(domain.forecast(*series(1), 5000.0, at_least(0), seed=1).errors) == {Method.THEIL_SEN}


def test_the_same_seed_draws_the_same():
    chance = np.random.default_rng(3)
    times, values = [float(n) for n in range(10)], list(chance.normal(0, 1, 10))
    first, again, other = (domain.forecast(times, values, 15.0, at_least(0), seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert (first.low, first.high) != (other.low, other.high)


@pytest.mark.parametrize("curved", [False, True])
def test_the_interval_holds_what_comes_about_as_often_as_it_says(curved):
    """Of 60 series each, seeded: at least three quarters, of nine tenths promised, and the chance is no more sure than right."""
    held = hits = 0
    chances = []
    for seed in range(60):
        chance = np.random.default_rng(1000 + seed)
        if curved:
            times, values = series(seed, count=45)
        else:
            times = [float(n) for n in range(45)]
            values = [0.5 * t + chance.normal(0, 2.0) for t in times]
        truth = values[39]
        median = 90 * (1 - 0.9**40) if curved else 19.5
        found = domain.forecast(times[:30], values[:30], times[39], at_least(median), seed=seed)
        held += found.low <= truth <= found.high
        hits += truth >= median
        chances.append(found.chance)
    assert held >= 45
    assert abs(hits / 60 - statistics.fmean(chances)) < 0.25


def test_two_points_are_no_ground():
    with pytest.raises(domain.NoForecast, match="three samples"):
        domain.forecast([0.0, 1.0], [1.0, 2.0], 9.0, at_least(0), seed=1)


def test_many_points_become_means_of_equal_stretches():
    times, values = domain.condense([0.0, 1, 2, 3, 4, 5, 6, 7, 8, 10], [float(n) for n in range(10)], most=5)
    assert times == [0.5, 2.5, 4.5, 6.5, 9.0]
    assert values == [0.5, 2.5, 4.5, 6.5, 8.5]
    assert domain.condense([0.0, 100.0], [1.0, 2.0], most=5) == ([0.0, 100.0], [1.0, 2.0])
    assert domain.condense([0.0, 1, 2, 99, 100], [1.0, 2, 3, 4, 6], most=3) == ([1.0, 99.5], [2.0, 5.0])


async def test_a_forecast_says_all_that_is_needed_to_compute_it_again(kpis):
    kpi = await kpis.define()
    await kpi.agree(baseline=100.0, target=80.0, due=40)
    values = {n: 100 - 0.5 * n + (n * 7 % 5) / 10 for n in range(20)}
    await kpi.push(values)
    told = await kpis.get(f"/kpis/{kpi.id}/forecast")
    assert (told["target"], told["due_at"], told["rule_version"]) == (80.0, "2026-02-10T00:00:00Z", "A4/1")
    assert [each["value"] for each in told["points"]] == list(values.values())
    assert told["seed"] == int.from_bytes(hashlib.sha256(kpi.id.bytes + (20).to_bytes(8)).digest()[:4])
    again = domain.forecast(
        [float(n) for n in values], list(values.values()), 40.0, lambda each: each <= 80.0, told["seed"]
    )
    assert told["method"] == again.method
    assert (told["value"], told["low"], told["high"]) == pytest.approx((again.value, again.low, again.high))
    assert told["chance"] == again.chance
    assert told["low"] <= told["value"] <= told["high"]
    assert told["progress"] == pytest.approx((100 - told["value"]) / 20)
    assert told["provisional"] is False


async def test_a_dense_series_is_forecast_from_few_values_all_over_the_time(kpis):
    kpi = await kpis.define()
    await kpi.agree(due=300)
    await kpi.push({n / 100: n / 20000 for n in range(9000)})
    told = await kpis.get(f"/kpis/{kpi.id}/forecast")
    assert len(told["points"]) == 60
    assert told["value"] == pytest.approx(1.5, rel=0.01)
    assert told["chance"] == 1.0


async def test_more_samples_than_a_forecast_needs_are_condensed(kpis):
    kpi = await kpis.define()
    await kpi.agree(due=100)
    await kpi.push({n / 4: n / 400 for n in range(200)})
    told = await kpis.get(f"/kpis/{kpi.id}/forecast")
    assert 50 <= len(told["points"]) <= 60
    assert told["value"] == pytest.approx(1.0, abs=0.01)


async def test_a_series_sparser_than_its_cadence_is_forecast_all_the_same(kpis):
    kpi = await kpis.define()
    await kpi.agree(due=5000)
    await kpi.push({n * 400: n / 10 for n in range(9)})
    told = await kpis.get(f"/kpis/{kpi.id}/forecast")
    assert [each["value"] for each in told["points"]] == [n / 10 for n in range(9)]
    assert told["value"] == pytest.approx(1.25)


async def test_there_is_no_forecast_without_a_path_samples_or_time(kpis):
    kpi = await kpis.define()
    assert (await kpis.http.get(f"/kpis/{kpi.id}/forecast")).status_code == 404
    await kpi.agree(due=10)
    for samples, why in (
        ({}, "three samples"),
        ({0: 0.0, 1: 0.1}, "three samples"),
        ({2: 0.1, 10: 0.2}, "due date has come"),
    ):
        if samples:
            await kpi.push(samples)
        answer = await kpis.http.get(f"/kpis/{kpi.id}/forecast")
        assert answer.status_code == 409
        assert why in answer.json()["detail"]


async def test_the_chance_of_a_band_is_that_of_lying_in_it(kpis):
    kpi = await kpis.define()
    await kpi.agree(baseline=20.0, target=20.0, band={"low": 18.0, "high": 22.0}, due=day_count(40))
    await kpi.push({n: 20.0 + (n % 2) * 0.1 for n in range(20)})
    told = await kpis.get(f"/kpis/{kpi.id}/forecast")
    assert (told["chance"], told["band"]) == (1.0, {"low": 18.0, "high": 22.0})
    await kpi.push({20 + n: 20.0 + n for n in range(1, 15)})
    assert (await kpis.get(f"/kpis/{kpi.id}/forecast"))["chance"] < 0.5


def day_count(number):
    assert day(number) > day(0)
    return number
