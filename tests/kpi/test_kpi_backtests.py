"""Replaying history under another threshold."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kpi.kpi_world import DAY, START, day, stamp
from kpi.test_road_safety_deviations import BEGINS, DUE, EXPECTED, plan_of

from entente_kpi.backtests import queries
from entente_kpi.backtests.domain import Damping, Episode, Ruling, _Damper, compare, damp
from entente_kpi.evaluation.domain import Rule
from entente_kpi.trajectories.domain import BEGINNING, Path, Segment, Trajectory

P, D, W, C = Ruling.PROPOSED, Ruling.DAMPED, Ruling.COOLING_DOWN, Ruling.CAPPED


def at(number):
    return START + number * DAY


def episodes(*pairs):
    return [Episode(at(begin), None if end is None else at(end)) for begin, end in pairs]


def test_damping_has_the_penalty_of_its_reference():
    """Adjustments on days 0, 3 and 6 give a penalty of 2605, and suppression for 25.1 days."""
    damping = Damping(14 * DAY)
    damper = _Damper(damping)
    assert [damper.rule(at(number)) for number in (0, 3, 6)] == [P, P, P]
    assert damper.penalty == pytest.approx(2605, abs=0.5)
    assert [damper.rule(at(6 + after)) for after in (25.1, 25.2)] == [D, P]
    assert damp([at(14 * number) for number in range(20)], damping) == [P] * 20


def test_cool_down_and_cap_hold_back_too():
    assert damp([at(0), at(1), at(2), at(3)], Damping(DAY / 10, cool_down=2 * DAY)) == [P, W, P, W]
    capped = Damping(DAY / 10, cap=2, period=10 * DAY)
    assert damp([at(0), at(5), at(9), at(10), at(12), at(15)], capped) == [P, P, C, P, C, P]
    assert damp([], capped) == []


def test_alerts_are_held_against_a_reference():
    reference = episodes((0, 2), (10, 20), (30, 31), (40, None))
    alerts = episodes((8, 12), (13, 14), (25, 26), (30.5, 50))
    found = compare(reference, alerts, at(5))
    assert [(each.alert, each.lead) for each in found.found] == [
        (None, None), (alerts[0], 2 * DAY), (alerts[3], -0.5 * DAY), (alerts[3], 9.5 * DAY),
    ]  # fmt: skip
    assert (found.matched, found.missed, found.recall, found.median_lead) == (3, 1, 0.75, 2 * DAY)
    assert found.extra == [alerts[2]]
    assert compare(episodes((0, 2)), episodes((1, 3)), at(1)).found[0].lead is None
    nothing = compare([], alerts, at(0))
    assert (nothing.recall, nothing.median_lead, len(nothing.extra)) == (None, None, 4)


_numbers = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)), max_size=6)
_apart = st.sets(st.integers(0, 30), max_size=8).map(
    lambda drawn: [(begin, end - begin) for begin, end in batched_pairs(sorted(drawn))]
)


def batched_pairs(ordered):
    return list(zip(ordered[::2], ordered[1::2], strict=False))


@given(_numbers, _apart)
def test_an_alert_is_extra_where_it_shares_no_moment_with_an_episode(reference, alerts):
    def moments(pair):
        return set(range(pair[0], sum(pair)))

    def read(pairs):
        return episodes(*((begin, begin + length) for begin, length in pairs))

    found = compare(read(reference), read(alerts), at(0))
    covered = [any(moments(each) & moments(other) for other in alerts) for each in reference]
    assert [each.alert is not None for each in found.found] == covered
    extra = [each for each in alerts if not any(moments(each) & moments(other) for other in reference)]
    assert list(found.extra) == read(extra)
    for each, pair in zip(found.found, reference, strict=True):
        first = next((other for other in alerts if moments(pair) & moments(other)), None)
        assert each.alert == (read([first])[0] if first else None)


async def backtest(kpi, status=200, **fields):
    body = {"rule": {"theta_on": -0.25, "theta_off": -0.1}, "from": stamp(day(0)), "to": stamp(day(100)), **fields}
    answer = await kpi.partnership.http.post(f"/kpis/{kpi.id}/backtests", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture
async def kpi(kpis):
    made = await kpis.define()
    await made.agree()
    await made.push({0: 0, 1: -0.2, 2: -0.3, 3: 0, 4: 0, 5: -0.2, 6: 0, 7: -0.3, 8: -0.3, 9: -0.05})
    return made


async def test_another_threshold_fires_earlier_and_more_often(kpi):
    found = await backtest(kpi, rule={"theta_on": -0.15, "theta_off": -0.1})
    assert (found["samples"], found["present_rule_version"]) == (10, 1)
    assert found["summary"] == {
        "episodes": 2, "alerts": 3, "matched": 2, "missed": 0, "extra": 1, "recall": 1, "false_alarms": 1 / 3, "median_lead": 43_200,
        "adjustments": {"proposed": 3, "damped": 0, "cooling_down": 0, "capped": 0},
    }  # fmt: skip
    assert [each["lead"] for each in found["episodes"]] == [86_400, 0]
    assert found["extra"] == [{"from": stamp(day(5)), "to": stamp(day(6))}]
    again = await backtest(kpi, rule={"theta_on": -0.15, "theta_off": -0.1}, reference="present_rule")
    assert again["summary"] == found["summary"]
    assert len(await kpi.partnership.events("deviation_opened")) == len(await kpi.deviations()) == 2  # those of before


async def test_labels_say_what_was_true(kpi):
    labels = [{"from": stamp(day(1)), "to": stamp(day(3))}, {"from": stamp(day(20))}]
    found = await backtest(kpi, reference="labels", episodes=labels, damping={"cool_down": "P30D"})
    summary = found["summary"]
    assert (summary["matched"], summary["missed"], summary["extra"]) == (1, 1, 1)
    assert [each["lead"] for each in found["episodes"]] == [-86_400, None]
    assert [each["adjustment"] for each in found["alerts"]] == ["proposed", "cooling_down"]


async def test_another_trajectory_may_be_tried_and_a_part_of_the_time(kpi):
    steeper = {"baseline": -1, "target": 1, "starts_at": stamp(day(-1)), "due_at": stamp(day(1))}
    found = await backtest(kpi, trajectory=steeper)
    assert [each["closed_at"] for each in found["alerts"]] == [None]
    found = await backtest(kpi, **{"from": stamp(day(3)), "to": stamp(day(8))})
    assert (found["samples"], found["summary"]["episodes"]) == (5, 1)
    assert (await backtest(kpi, **{"from": stamp(day(50))}))["samples"] == 0


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"from": stamp(day(100))}, "/to"),
        ({"rule": {"theta_on": 0, "theta_off": 0}}, "/rule/theta_off"),
        ({"reference": "labels", "episodes": [{"from": stamp(day(1)), "to": stamp(day(1))}]}, "/episodes/0/to"),
        ({"damping": {"half_life": "PT0S"}}, "/damping/half_life"),
        (
            {"trajectory": {"baseline": 1, "target": 1, "starts_at": stamp(day(0)), "due_at": stamp(day(1))}},
            "/trajectory/target",
        ),
    ],
)
async def test_what_makes_no_sense_is_refused(kpi, fields, pointer):
    assert (await backtest(kpi, status=422, **fields))["errors"][0]["pointer"] == pointer


async def test_too_long_a_history_is_refused_with_the_remedy(kpi, monkeypatch):
    monkeypatch.setattr(queries, "_PAGE", 4)
    assert (await backtest(kpi))["samples"] == 10
    monkeypatch.setattr(queries, "MOST", 9)
    answer = await backtest(kpi, status=422)
    assert "more than 9 samples" in answer["detail"]
    assert "closer together" in answer["detail"]
    monkeypatch.setattr(queries, "_AT_ONCE", 0)
    await backtest(kpi, status=503)


async def test_a_rule_that_fires_all_the_time_is_counted_but_not_listed_in_full(kpis):
    kpi = await kpis.define()
    await kpi.agree()
    await kpi.push({at / 100: -0.3 * (at % 2) for at in range(2200)})
    found = await backtest(kpi, reference="present_rule")
    assert (found["summary"]["alerts"], found["summary"]["matched"], found["summary"]["extra"]) == (1100, 1100, 0)
    assert (len(found["alerts"]), len(found["episodes"])) == (1000, 1000)
    assert sum(found["summary"]["adjustments"].values()) == 1100


async def test_without_anything_agreed_a_trajectory_has_to_be_given(kpis):
    kpi = await kpis.define()
    assert (await backtest(kpi, status=422))["errors"][0]["pointer"] == "/trajectory"


@pytest.mark.parametrize("column", EXPECTED)
async def test_the_rule_of_the_real_series_raises_what_stood(kpis, column):
    points, baseline = plan_of(column)
    kpi = await kpis.define()
    await kpi.agree(baseline=baseline, target=0.8 * baseline, starts_at=BEGINS, due_at=DUE)
    await kpi.push({(at - START) / DAY: value for at, value in points})
    span = {"from": "1969-01-01T00:00:00Z", "to": "1985-01-01T00:00:00Z"}
    found = await backtest(kpi, **span)
    months = [(each["opened_at"][:7], each["closed_at"] and each["closed_at"][:7]) for each in found["alerts"]]
    assert months == EXPECTED[column]
    assert (found["summary"]["recall"], found["summary"]["extra"]) == (1, 0)
    calmer = await backtest(kpi, rule={"theta_on": -0.25, "theta_off": -0.1, "for": "P62D"}, **span)
    assert calmer["summary"]["alerts"] <= len(months)
    assert all(each["lead"] is None or each["lead"] <= 0 for each in calmer["episodes"])


def test_the_longest_history_that_is_taken():
    plan = Trajectory(None, 0, 0.0, 1.0, datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
    rule = Rule(-0.25, -0.1, timedelta(0), timedelta(0), None, timedelta(0))
    times = 1_600_000_000_000_000 + np.arange(queries.MOST, dtype=np.int64) * 1_000_000
    values = np.sin(np.arange(queries.MOST) / 1000.0)
    found = queries._episodes(rule, Path([Segment(BEGINNING, plan)]), times, values)
    assert len(found) == 32  # periods of the sine
