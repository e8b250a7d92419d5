"""Did an applied adjustment bring the KPI back? The rule, and the rule at work in the service."""

from datetime import UTC, datetime, timedelta

import pytest
from kpi.kpi_world import DAY, day, stamp
from support.waiting import eventually

from entente_kpi.verification.domain import Outcome, Watch, deadline, give_up, judge

START = datetime(2026, 1, 1, tzinfo=UTC)
WATCH = Watch(START, 2, 10.0)
AFTER = [(START, 7.0), (START + DAY, 9.0), (START + 2 * DAY, 100.0)]


def test_the_verdict_falls_at_the_last_sample_waited_for():
    assert judge(WATCH, AFTER[:1], ended_at=START) is None
    verified = judge(WATCH, AFTER, ended_at=START + DAY)
    assert (verified.outcome, verified.at, verified.measured_effect) == (Outcome.VERIFIED, START + DAY, -2.0)


@pytest.mark.parametrize("ended_at", [None, START + 2 * DAY])
def test_a_deviation_that_has_not_ended_by_then_is_still_deviating(ended_at):
    assert judge(WATCH, AFTER, ended_at=ended_at).outcome is Outcome.STILL_DEVIATING


def test_samples_that_did_not_come_in_time_are_no_data():
    assert deadline(START, 3, DAY) == START + 3 * DAY
    assert give_up(WATCH, AFTER[:1], START + 9 * DAY).measured_effect == -3.0
    verdict = give_up(WATCH, [], START + 9 * DAY)
    assert (verdict.outcome, verdict.at, verdict.measured_effect) == (Outcome.NO_DATA, START + 9 * DAY, None)


async def deviating(kpis):
    kpi = await kpis.define()
    await kpi.agree()
    await kpi.push({0: 0.0, 1: -0.4})
    [deviation] = await kpi.deviations()
    return kpi, deviation["id"]


async def verifications(kpis):
    return (await kpis.get("/verifications"))["items"]


async def test_an_adjustment_whose_deviation_closed_is_verified_with_its_effect(kpis):
    kpi, deviation_id = await deviating(kpis)
    cause, correlation = await kpi.apply_adjustment(deviation_id)
    await kpi.push({2: -0.3, 3: 0.0})
    waiting = (await kpis.get("/verifications", deviation_id=deviation_id))["items"]
    assert [each["outcome"] for each in waiting] == ["waiting"]
    await kpi.push({4: 0.2, 5: -9.0})
    [verified] = await kpis.events("adjustment_verified")
    assert verified.data["at"] == stamp(day(4))
    assert verified.data["measured_effect"] == pytest.approx(0.5)
    assert verified.data["expected_effect"] == 0.5
    assert (verified.row["correlation_id"], verified.row["causation_id"]) == (correlation, cause)
    [listed] = await verifications(kpis)
    assert (listed["outcome"], listed["value_at_application"]) == ("verified", -0.4)
    assert listed["adjustment_id"] == verified.data["adjustment_id"]


async def test_samples_that_change_nothing_else_decide_it_too(kpis):
    kpi, deviation_id = await deviating(kpis)
    await kpi.push({2: -0.4})
    await kpi.apply_adjustment(deviation_id)
    await kpi.push({3: -0.4, 4: -0.4})
    [failed] = await kpis.events("adjustment_not_verified")
    assert failed.data["reason"] == "still_deviating"


async def test_an_adjustment_that_did_not_help_is_not_verified(kpis):
    kpi, deviation_id = await deviating(kpis)
    await kpi.apply_adjustment(deviation_id)
    await kpi.push({3: -0.3, 4: -0.3, 5: 0.0})
    [failed] = await kpis.events("adjustment_not_verified")
    assert failed.data["reason"] == "still_deviating"
    assert failed.data["measured_effect"] == pytest.approx(0.1)


async def test_samples_that_are_there_already_verify_at_once(kpis):
    kpi, deviation_id = await deviating(kpis)
    await kpi.push({3: 0.0, 4: 0.0})
    await kpi.apply_adjustment(deviation_id)
    assert len(await kpis.events("adjustment_verified")) == 1


async def test_a_deviation_that_is_annulled_no_longer_deviates(kpis):
    kpi, deviation_id = await deviating(kpis)
    await kpi.apply_adjustment(deviation_id)
    await kpi.push({1: 0.0}, correction=True)
    await kpi.push({3: 0.0, 4: 0.0})
    assert len(await kpis.events("adjustment_verified")) == 1


async def test_without_samples_the_partnerships_clock_ends_the_wait(kpis):
    kpi, deviation_id = await deviating(kpis)
    await kpi.apply_adjustment(deviation_id)
    await kpi.push({3: -0.3})
    await kpis.advance(day(5) - timedelta(seconds=1))
    assert await kpis.events("adjustment_not_verified") == []
    await kpis.advance(day(5))

    async def given_up():
        return bool(await kpis.events("adjustment_not_verified"))

    await eventually(given_up)
    [failed] = await kpis.events("adjustment_not_verified")
    assert (failed.data["reason"], failed.data["at"]) == ("no_data", stamp(day(5)))
    assert failed.data["measured_effect"] == pytest.approx(0.1)
    await kpi.push({4: 0.0})
    assert len(await kpis.events("adjustment_verified")) == 0


async def test_an_adjustment_without_a_deviation_is_not_waited_for(kpis):
    kpi, _ = await deviating(kpis)
    await kpi.apply_adjustment(None)
    await kpi.apply_adjustment(str(kpi.id))
    assert await verifications(kpis) == []
