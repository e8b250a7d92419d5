"""The scorecard: where the KPIs stand, one by one, by level, by objective and together."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kpi.kpi_parties import define, join
from kpi.kpi_world import START, day, stamp

from entente_kpi.definitions.domain import Level
from entente_kpi.scorecard.domain import Course, RollUp, Standing, Trend, by_level, by_objective, roll_up, trend
from entente_kpi.trajectories.domain import Trajectory

OBJECTIVES = [uuid4() for _ in range(3)]


def standing(level, objective, progress, weight):
    if progress is None:
        return Standing(uuid4(), level, objective, None, weight)
    agreed = Trajectory(objective or uuid4(), 1, 0.0, 1.0, START, START + timedelta(days=2))
    return Standing(uuid4(), level, objective, agreed.assess(START + timedelta(days=1), progress), weight)


standings = st.lists(
    st.builds(
        standing,
        st.sampled_from(Level),
        st.none() | st.sampled_from(OBJECTIVES),
        st.none() | st.floats(-5, 5),
        st.floats(0.01, 10),
    ),
    max_size=12,
)


@given(standings)
def test_a_roll_up_is_the_weighted_mean_of_clamped_progress(found):
    rolled = roll_up(found)
    measured = [(each.weight, min(max(each.assessment.progress, 0), 1)) for each in found if each.assessment]
    assert (rolled.kpis, rolled.measured) == (len(found), len(measured))
    if not measured:
        assert rolled == RollUp(len(found), 0, None, None)
        assert rolled.deviation is None
        return
    expected = sum(w * p for w, p in measured) / sum(w for w, _ in measured)
    assert rolled.progress == pytest.approx(expected)
    assert rolled.planned == pytest.approx(0.5)
    assert rolled.deviation == pytest.approx(expected - 0.5)
    assert min(p for _, p in measured) - 1e-12 <= rolled.progress <= max(p for _, p in measured) + 1e-12


@given(standings)
def test_levels_and_objectives_divide_the_kpis(found):
    assert sum(each.kpis for each in by_level(found).values()) == len(found)
    assert set(by_level(found)) == set(Level)
    tied = [each for each in found if each.objective_id]
    assert sum(each.kpis for each in by_objective(found).values()) == len(tied)


def test_a_trend_is_by_progress_so_that_falling_targets_improve_when_the_value_falls():
    agreed = Trajectory(uuid4(), 1, 400.0, 300.0, START, START + timedelta(days=10))
    then, now = agreed.assess(START, 400.0), agreed.assess(START + timedelta(days=1), 390.0)
    assert trend((400.0, then), (390.0, now)) == Trend(-10.0, pytest.approx(0.1))
    assert trend((400.0, then), (390.0, now)).course is Course.IMPROVING
    assert trend((390.0, now), (400.0, then)).course is Course.WORSENING
    assert trend((400.0, then), (399.5, agreed.assess(START, 399.5))).course is Course.STEADY
    assert trend((400.0, None), (390.0, now)).course is None


async def test_the_scorecard_shows_every_kpi_and_what_they_come_to(kpis):
    ahead = await define(kpis.http, kpis, name="Ahead", level="strategic", unit="EUR")
    behind = await define(kpis.http, kpis, name="Behind", level="strategic")
    alone = await define(kpis.http, kpis, name="Alone", level="operational", direction="rising")
    await ahead.agree(due=10)
    await behind.agree(due=10, baseline=100.0, target=0.0, title="Fewer")
    await ahead.push({1: 0.2, 5: 2.0})
    await behind.push({1: 95.0, 5: 90.0})
    await alone.push({0: 7.0})
    found = await kpis.get("/scorecard", trend="P4D")
    cards = {each["name"]: each for each in found["items"]}
    assert [cards["Ahead"][name] for name in ("progress", "planned", "deviation", "state")] == [2.0, 0.5, 1.5, "ok"]
    assert cards["Ahead"]["trend"] == {"change": 1.8, "progress": 1.8, "course": "improving"}
    assert [cards["Behind"][name] for name in ("latest_value", "progress", "state")] == [90.0, 0.1, "firing"]
    assert (cards["Behind"]["trend"]["change"], cards["Behind"]["trend"]["course"]) == (-5.0, "improving")
    assert [cards["Alone"][name] for name in ("latest_value", "progress", "objective_id", "trend")] == [
        7.0,
        None,
        None,
        None,
    ]
    expected = {
        "kpis": 2,
        "measured": 2,
        "progress": pytest.approx(0.55),
        "planned": 0.5,
        "deviation": pytest.approx(0.05),
    }
    nothing = {"progress": None, "planned": None, "deviation": None}
    assert found["overall"] == {**expected, "kpis": 3}
    assert found["levels"] == [
        {"level": "operational", "kpis": 1, "measured": 0, **nothing},
        {"level": "tactical", "kpis": 0, "measured": 0, **nothing},
        {"level": "strategic", **expected},
    ]
    rolled = {each["objective_id"]: (each["title"], each["progress"]) for each in found["objectives"]}
    assert rolled == {str(ahead.objective): ("Faster", 1.0), str(behind.objective): ("Fewer", pytest.approx(0.1))}


async def test_pages_and_levels_leave_the_roll_up_whole(kpis):
    for level in ("strategic", "strategic", "tactical", "strategic"):
        await define(kpis.http, kpis, level=level)
    first = await kpis.get("/scorecard", level="strategic", limit=2)
    rest = await kpis.get("/scorecard", level="strategic", limit=2, cursor=first["next_cursor"])
    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [2, 1, None]
    assert {each["level"] for each in first["items"] + rest["items"]} == {"strategic"}
    assert first["overall"]["kpis"] == rest["overall"]["kpis"] == 4
    wrong = await kpis.http.get("/scorecard", params={"trend": "PT0S"})
    assert (wrong.status_code, wrong.json()["type"]) == (422, "urn:entente:problem:invalid-window")


async def test_a_draft_and_a_sample_from_before_the_plan_have_no_progress(kpis):
    [party] = await join(kpis, 1)
    draft = await define(party.system, kpis, approval="required")
    early = await kpis.define()
    await draft.agree()
    await early.agree(starts=5)
    await draft.push({0: 1.0})
    await early.push({0: 1.0})
    found = await kpis.get("/scorecard")
    assert [(each["status"], each["progress"]) for each in found["items"]] == [("draft", None), ("active", None)]
    assert found["items"][0]["latest_at"] == stamp(day(0))
    assert found["overall"]["measured"] == 0
