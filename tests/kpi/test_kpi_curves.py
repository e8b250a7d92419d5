"""A3: planned shares, bands, and many samples at once."""

import math
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kpi import kpi_reference as reference
from kpi.kpi_world import day

from entente_kpi.trajectories.domain import Band, Curve, InvalidTrajectory, Step, Trajectory
from entente_kpi.trajectories.domain.curves import share

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
START = datetime(2026, 1, 1, tzinfo=UTC)
LONG = timedelta(days=100)
HALVES = (Step(0.25, 0.5), Step(0.75, 0.5), Step(0.8, 0.9))


def trajectory(**values):
    defaults = {
        "objective_id": UUID(int=1), "revision": 1, "baseline": 0.0, "target": 1.0, "starts_at": START, "due_at": START + LONG,
    }  # fmt: skip
    return Trajectory(**{**defaults, **values})


@pytest.mark.parametrize("curve", Curve)
def test_every_curve_begins_at_nothing_and_ends_at_everything(curve):
    path = trajectory(curve=curve, steps=HALVES if curve is Curve.STEPS else ())
    assert [path.planned(START + elapsed * LONG) for elapsed in (-1, 0, 1, 7)] == [0, 0, 1, 1]


def test_an_s_curve_is_slow_at_both_ends():
    path = trajectory(curve=Curve.S_CURVE)
    assert path.planned(START + 0.5 * LONG) == pytest.approx(0.5)
    assert path.planned(START + 0.25 * LONG) == pytest.approx(
        (1 / (1 + math.exp(2.5)) - 1 / (1 + math.exp(5))) / 0.98661430
    )
    assert path.planned(START + 0.1 * LONG) < 0.02


def test_steps_hold_until_the_next():
    assert [share(Curve.STEPS, HALVES, elapsed) for elapsed in (0, 0.24, 0.25, 0.76, 0.8, 0.99, 1)] == [
        0, 0, 0.5, 0.5, 0.9, 0.9, 1,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "steps",
    [(), (Step(0.5, 0.5), Step(0.5, 0.6)), (Step(0.5, 0.5), Step(0.6, 0.4)), (Step(0.0, 0.5),), (Step(1.1, 1.0),)],
)
def test_steps_out_of_order_are_refused(steps):
    with pytest.raises(InvalidTrajectory, match="steps must rise"):
        trajectory(curve=Curve.STEPS, steps=steps)


@pytest.mark.parametrize("band", [Band(1.0, 1.0), Band(2.0, 1.0), Band(1.0, math.nextafter(1.0, 2.0))])
def test_a_band_without_an_inside_is_refused(band):
    with pytest.raises(InvalidTrajectory, match="lower end"):
        trajectory(band=band)


def test_a_band_is_reached_from_either_side_and_anywhere_inside():
    path = trajectory(baseline=10.0, target=19.0, band=Band(18.0, 24.0))
    assert [path.progress(value) for value in (10, 14, 18, 20, 24, 28, 32, 40)] == [0, 0.5, 1, 1, 1, 0.5, 0, -1]
    assert path.reached(np.array([17.9, 18, 24, 24.1])).tolist() == [False, True, True, False]
    halfway = path.assess(START + LONG / 2, 12.0)
    assert (halfway.deviation, halfway.planned_value, halfway.gap) == (-0.25, 14.0, 2.0)
    above = path.assess(START + LONG / 2, 30.0)
    assert (above.deviation, above.planned_value, above.gap) == (-0.25, 28.0, -2.0)
    assert path.assess(START + LONG / 2, 16.0).gap == 0


def test_who_begins_inside_a_band_is_to_stay_there():
    path = trajectory(baseline=20.0, target=20.0, band=Band(18.0, 24.0))
    assert [path.assess(START + elapsed * LONG, 20.0).deviation for elapsed in (0, 0.5, 1)] == [0, 0, 0]
    out = path.assess(START, 16.5)
    assert (out.progress, out.planned, out.deviation, out.gap) == (0.5, 1.0, -0.5, 1.5)


@pytest.mark.parametrize(("target", "met"), [(1.0, [False, True, True]), (-1.0, [True, False, False])])
def test_a_target_is_reached_from_the_baselines_side(target, met):
    assert trajectory(target=target).reached(np.array([-1.0, 1.0, 2.0])).tolist() == met


ends = st.floats(-1e15, 1e15)
rising = st.lists(st.floats(0.001, 1), min_size=1, max_size=8, unique=True).map(sorted)
moments = st.integers(-(2**51), 2**52)


@st.composite
def trajectories(draw):
    starts_at = EPOCH + timedelta(microseconds=draw(st.integers(0, 2**51)))
    values = {"baseline": draw(ends), "target": draw(ends), "starts_at": starts_at}
    values["due_at"] = starts_at + timedelta(microseconds=draw(st.integers(1, 2**50)))
    values["curve"] = draw(st.sampled_from(Curve))
    if values["curve"] is Curve.STEPS:
        elapsed = draw(rising)
        planned = sorted(draw(st.lists(st.floats(0, 1), min_size=len(elapsed), max_size=len(elapsed))))
        values["steps"] = tuple(Step(*pair) for pair in zip(elapsed, planned, strict=True))
    low, high = sorted([draw(ends), draw(ends)])
    if draw(st.booleans()) and low < (low + high) / 2 < high:
        values["band"] = Band(low, high)
    elif values["baseline"] == values["target"]:
        values["target"] += 1.0 + abs(values["target"])
    return trajectory(**values)


@settings(max_examples=500)
@given(trajectories(), st.lists(st.tuples(moments, st.floats(-1e100, 1e100)), min_size=1, max_size=40))
def test_many_samples_deviate_as_each_alone_to_the_last_bit(path, samples):
    times, values = np.array([time for time, _ in samples]), np.array([value for _, value in samples])
    alone = [path.assess(EPOCH + timedelta(microseconds=int(time)), value).deviation for time, value in samples]
    assert path.deviations(times, values).tolist() == alone


@settings(max_examples=300)
@given(trajectories(), st.floats(0, 2), st.floats(-1e15, 1e15))
def test_a_deviation_is_that_of_the_definition(path, elapsed, value):
    at = path.starts_at + elapsed * (path.due_at - path.starts_at)
    written_out = reference.deviation(
        type("Written", (), {
            "baseline": path.baseline, "target": path.target, "starts_at": path.starts_at, "due_at": path.due_at, "curve": path.curve,
            "steps": [(step.elapsed, step.planned) for step in path.steps], "band": path.band and (path.band.low, path.band.high),
        }), at, value,
    )  # fmt: skip
    assert path.assess(at, value).deviation == pytest.approx(written_out, rel=1e-12, abs=1e-12)


async def test_a_signed_curve_and_band_are_what_the_kpi_is_held_against(kpis):
    kpi = await kpis.define()
    steps = [{"elapsed": 0.5, "planned": 0.4}]
    await kpi.agree(baseline=10.0, target=20.0, band={"low": 18.0, "high": 24.0}, curve="steps", steps=steps, due=100)
    told = await kpis.get(f"/kpis/{kpi.id}/trajectory")
    assert (told["curve"], told["steps"], told["band"]) == ("steps", steps, {"low": 18.0, "high": 24.0})
    await kpi.push({0: 10.0, 49: 10.0, 50: 10.0, 51: 30.0})
    progress = (await kpis.get(f"/kpis/{kpi.id}/progress"))["items"]
    assert [each["deviation"] for each in progress] == pytest.approx([0, 0, -0.4, -0.15])
    assert await kpi.spans() == [(1, 50, None, False)]
    [opened] = await kpis.events("deviation_opened")
    assert opened.data["planned_value"] == pytest.approx(18 - 8 * 0.6)


async def test_another_curve_is_another_path_from_now_on(kpis):
    kpi = await kpis.define()
    await kpi.agree(due=100)
    await kpis.advance(day(10))
    await kpi.agree(due=100, curve="s_curve", revision=2)
    told = await kpis.get(f"/kpis/{kpi.id}/trajectory")
    assert (told["curve"], told["effective_from"]) == ("s_curve", "2026-01-11T00:00:00Z")
