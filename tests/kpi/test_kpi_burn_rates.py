"""Rules on the share of bad samples."""

from datetime import UTC, datetime, timedelta

import pytest
from kpi.kpi_world import RULE

from entente_kpi.evaluation.domain import BurnRate, BurnWindow, Machine, Rule, Signal, quiet, usual_windows
from entente_kpi.trajectories.domain import BEGINNING, Path, Segment, Trajectory
from entente_shared.ids import new_id

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOWS = [{"factor": 2.0, "long": "P4D", "short": "P2D"}]


def rule(allowed, *windows):
    burn = BurnRate(allowed, tuple(BurnWindow(factor, long * HOUR, short * HOUR) for factor, long, short in windows))
    return Rule(-0.25, -0.1, 0 * HOUR, 0 * HOUR, None, 0 * HOUR, burn)


def fulfilled(of, deviations):
    signal = Signal(of)
    return [signal.fulfilled(START + hour * HOUR, e) for hour, e in enumerate(deviations)]


def test_both_windows_must_exceed_the_factor():
    """Allowed is a fifth, too much more than twice that: above 0.4 of the last 5 and of the last 2."""
    bad, good = -0.25, -0.2
    assert fulfilled(rule(0.2, (2.0, 5, 2)), [good, good, bad, bad, bad, good, good, good]) == [
        False, False, False, True, True, True, False, False,
    ]  # fmt: skip


def test_a_share_that_only_equals_the_factor_does_not_exceed_it():
    assert fulfilled(rule(0.25, (2.0, 4, 2)), [0, 0, -1, 0, -1, 0]) == [False] * 6


def test_any_of_the_windows_is_enough():
    fast_or_slow = rule(0.1, (9.0, 2, 1), (3.0, 10, 2))
    assert fulfilled(fast_or_slow, [0, 0, 0, 0, -1, 0, -1, 0, -1])[-3:] == [False, False, True]
    assert fulfilled(fast_or_slow, [0] * 20 + [-1, -1])[-2:] == [False, True]


def test_the_usual_windows_are_the_workbooks_for_a_sample_a_minute():
    fast, slow = usual_windows(timedelta(minutes=1))
    assert (fast.factor, fast.long, fast.short) == (14.4, HOUR, timedelta(minutes=5))
    assert (slow.factor, slow.long, slow.short) == (6.0, 6 * HOUR, timedelta(minutes=30))


def test_windows_that_are_not_full_say_nothing_of_a_quiet_moment():
    """One bad sample before those read could make it burn there."""
    level = Trajectory(new_id(), 1, baseline=0.0, target=1.0, starts_at=START, due_at=START + timedelta(days=9999))
    path = Path([Segment(BEGINNING, level)])
    burning = rule(0.5, (1.5, 3, 1))
    points = [(START + hour * HOUR, -0.2) for hour in range(4)]
    assert quiet(burning, path, [], points[:3], START) is None
    assert quiet(burning, path, [], points, START) == Machine(since=points[3][0], until=points[3][0])


async def test_a_burn_rate_fires_and_recovers_by_the_share_of_bad_samples(kpis):
    kpi = await kpis.define(kind="burn_rate", burn={"allowed": 0.2, "windows": WINDOWS})
    await kpi.agree()
    for at, value in enumerate([0, 0, -0.3, 0, -0.3, -0.3, -0.15, -0.15, 0, 0]):
        await kpi.push({at: value})
    # On day 4 half of the last 4 and of the last 2 are bad; on day 7 none of the last 2 is, but the value is back on day 8.
    assert await kpi.spans() == [(1, 4, 8, False)]
    [opened] = await kpis.events("deviation_opened")
    assert opened.data["rule"]["burn"] == {"allowed": 0.2, "windows": WINDOWS}


async def test_a_late_bad_sample_counts_in_the_windows_after_it(kpis):
    kpi = await kpis.define(kind="burn_rate", burn={"allowed": 0.2, "windows": WINDOWS})
    await kpi.agree()
    await kpi.push({0: 0, 1: 0, 2: 0, 4: -0.3, 5: 0, 6: 0})
    assert await kpi.spans() == []
    await kpi.push({3: -0.3})
    assert await kpi.spans() == [(1, 4, 6, False)]


async def test_windows_left_out_follow_the_cadence(kpis):
    kpi = await kpis.define(kind="burn_rate", burn={"allowed": 0.05})
    shown = (await kpis.get(f"/kpis/{kpi.id}"))["rule"]
    assert shown["kind"] == "burn_rate"
    assert shown["burn"]["windows"] == [
        {"factor": 14.4, "long": "P60D", "short": "P5D"},
        {"factor": 6.0, "long": "P360D", "short": "P30D"},
    ]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "burn_rate"}, "/rule/burn"),
        ({"burn": {"allowed": 0.1}}, "/rule/burn"),
        ({"kind": "burn_rate", "burn": {"allowed": 0.2}}, "/rule/burn/windows/0/factor"),
        (
            {
                "kind": "burn_rate",
                "burn": {"allowed": 0.1, "windows": [{"factor": 2.0, "long": "P1D", "short": "P1D"}]},
            },
            "/rule/burn/windows/0/short",
        ),
    ],
)
async def test_burn_rates_that_make_no_sense_are_refused(kpis, changes, pointer):
    body = {"name": "Speed", "unit": "1", "cadence": "P1D", "rule": {**RULE, **changes}}
    answer = await kpis.http.post("/kpis", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
