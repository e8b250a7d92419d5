"""Adjustments from a deviation to what became of them."""

import asyncio
from uuid import UUID

import pytest
from resources.resources_world import DAY, Pool, Roads, day
from support.waiting import eventually

from entente_shared.events import conflicts, kpi, objectives
from entente_shared.ids import new_id


async def test_a_deviation_is_answered_by_the_fairest_change_that_closes_the_gap(roads: Roads) -> None:
    deviation = await roads.deviate(gap=-4.0, at=5)
    found = await roads.adjustment(deviation)
    assert (found["state"], found["gap"], found["expected_effect"]) == ("proposed", -4.0, -4.0)
    assert found["amount"] == {"amount": "400.00", "currency": "EUR"}
    assert (found["churn"], found["levers"], found["horizon"]) == (4.0, ["patrols"], "P30D")
    moved = {UUID(change["need_id"]): (change["before"], change["after"]) for change in found["changes"]}
    assert moved == {roads.rural: (10.0, 12.0), roads.city: (10.0, 8.0)}
    effects = {UUID(each["party_id"]): (each["utility_before"], each["utility_after"]) for each in found["parties"]}
    assert effects == {
        roads.pool.parties["Ministry"]: pytest.approx((0.5, 0.6)),
        roads.pool.parties["Makers"]: pytest.approx((0.5, 0.4)),
    }


async def test_the_event_says_what_the_record_says(roads: Roads) -> None:
    deviation = await roads.deviate(gap=-4.0, at=5)
    found = await roads.adjustment(deviation)
    (told,) = await roads.pool.events("adjustment_proposed")
    for name in (
        "changes",
        "parties",
        "gap",
        "expected_effect",
        "amount",
        "churn",
        "levers",
        "alternatives",
        "certificate",
    ):
        assert told.data[name] == found[name], name
    assert (told.data["adjustment_id"], told.data["deviation_id"]) == (found["id"], str(deviation))
    assert (told.data["churn_budget"], told.data["penalty"], told.data["rule_version"]) == (100.0, 0.0, "A8/1")
    assert [each["key"] for each in told.data["alternatives"]] == ["fairest", "least_change"]
    assert told.data["certificate"]["rounds"]


async def test_the_alternatives_differ_where_fairness_costs_change(pool: Pool) -> None:
    """Nothing was allocated fairly before: the fairest evens all out, the least change gives the KPI's need alone."""
    roads = await Roads(pool).ready()
    third = await pool.need("Insurer", roads.patrols, 20.0)
    found = await roads.adjustment(await roads.deviate(gap=-1.0))
    fairest, least = found["alternatives"]
    assert {UUID(change["need_id"]) for change in fairest["changes"]} == {roads.rural, roads.city, third}
    assert {UUID(change["need_id"]) for change in least["changes"]} == {roads.rural, roads.city}
    assert sum(abs(each["after"] - each["before"]) for each in least["changes"]) == 1.0


async def test_a_deviation_told_twice_is_answered_once(roads: Roads) -> None:
    event = roads.deviation(-4.0, 1, 1)
    await roads.pool.deliver(event)
    await roads.pool.deliver(event)
    assert len(await roads.pool.events("adjustment_proposed")) == 1


async def test_an_approved_adjustment_is_applied_once(roads: Roads) -> None:
    found = await roads.adjustment(await roads.deviate(gap=-4.0, at=1))
    decision = await roads.decide(found["id"], tier="committee", at=9)
    await roads.pool.deliver(decision)
    assert await roads.pool.cells() == {roads.rural: 12.0, roads.city: 8.0}
    (told,) = await roads.pool.events("adjustment_applied")
    assert told.data["decision_id"] == str(decision.decision_id)
    assert (told.data["horizon"], told.data["verify_samples"], told.data["expected_effect"]) == ("P30D", 2, -4.0)
    assert told.data["applied_at"] == day(9).isoformat().replace("+00:00", "Z")
    assert told.data["changes"] == found["changes"]
    current = await roads.pool.get("/allocations/current")
    assert (current["revision"], current["cause"], current["adjustment_id"]) == (2, "adjustment", found["id"])
    assert told.data["allocation_id"] == current["id"]


async def test_an_adjustment_never_applies_before_the_deviation(roads: Roads) -> None:
    """A replayed clock may stand behind the samples."""
    found = await roads.adjustment(await roads.deviate(at=20))
    await roads.decide(found["id"], at=3)
    assert (await roads.adjustment(UUID(found["deviation_id"])))["applied_at"] == day(20).isoformat().replace(
        "+00:00", "Z"
    )


@pytest.mark.parametrize("outcome", ["refused", "vetoed", "expired"])
async def test_a_decision_against_it_leaves_the_allocation(roads: Roads, outcome: str) -> None:
    found = await roads.adjustment(await roads.deviate())
    await roads.decide(found["id"], outcome, "committee")
    after = await roads.adjustment(UUID(found["deviation_id"]))
    assert (after["state"], after["reason"]) == ("refused", outcome)
    assert await roads.pool.cells() == {roads.rural: 10.0, roads.city: 10.0}


async def test_a_decision_on_something_else_is_not_ours(roads: Roads) -> None:
    await roads.decide(str(new_id()))
    found = await roads.adjustment(await roads.deviate())
    event = await roads.decide(str(new_id()))
    other = objectives.Subject(kind=objectives.SubjectKind.REBASELINE, id=UUID(found["id"]))
    await roads.pool.deliver(event.model_copy(update={"subject": other}))
    assert (await roads.adjustment(UUID(found["deviation_id"])))["state"] == "proposed"


@pytest.mark.parametrize("how", ["closed", "annulled"])
async def test_an_approval_after_the_recovery_applies_nothing(roads: Roads, how: str) -> None:
    deviation = await roads.deviate()
    if how == "closed":
        await roads.close(deviation)
    else:
        values = {"partnership_id": roads.pool.id, "deviation_id": deviation, "kpi_id": roads.kpi_id, "crossing": 1}
        await roads.pool.deliver(kpi.DeviationAnnulled(**values, reason="late sample"))
    found = await roads.adjustment(deviation)
    assert (found["state"], found["reason"]) == ("lapsed", "recovered" if how == "closed" else "annulled")
    await roads.decide(found["id"])
    assert (await roads.adjustment(deviation))["state"] == "lapsed"
    assert await roads.pool.events("adjustment_applied") == []


async def test_a_recovery_after_the_application_changes_nothing(roads: Roads) -> None:
    found = await roads.adjust()
    await roads.close(UUID(found["deviation_id"]))
    assert (await roads.adjustment(UUID(found["deviation_id"])))["state"] == "applied"


async def test_the_next_deviation_takes_the_place_of_an_undecided_proposal(roads: Roads) -> None:
    first, second = await roads.deviate(gap=-4.0), await roads.deviate(gap=-6.0, at=2)
    found = await roads.adjustment(first)
    assert (found["state"], found["reason"]) == ("lapsed", "superseded")
    assert (await roads.adjustment(second))["state"] == "proposed"
    await roads.decide(found["id"])
    assert await roads.pool.cells() == {roads.rural: 10.0, roads.city: 10.0}


async def test_a_deviation_that_arrives_behind_a_later_one_gets_no_proposal(roads: Roads) -> None:
    await roads.deviate(crossing=2)
    late = await roads.deviate(crossing=1)
    assert ((await roads.adjustment(late))["state"], (await roads.adjustment(late))["reason"]) == (
        "lapsed",
        "overtaken",
    )
    assert len(await roads.pool.events("adjustment_proposed")) == 1


async def test_levers_that_do_not_reach_the_gap_say_what_is_missing(roads: Roads) -> None:
    deviation = await roads.deviate(gap=-30.0)
    (told,) = await roads.pool.events("adjustment_infeasible")
    assert (told.data["reason"], told.data["gap"], told.data["churn_needed"]) == ("levers", -30.0, None)
    assert (told.data["best_effect"], told.data["shortfall"]) == pytest.approx((-20.0, 10.0))
    assert (await roads.adjustment(deviation))["state"] == "infeasible"


async def test_too_small_a_churn_budget_says_what_would_do(pool: Pool) -> None:
    roads = await Roads(pool).ready(churn_budget=4.0)
    await roads.deviate(gap=-10.0)
    (told,) = await pool.events("adjustment_infeasible")
    assert (told.data["reason"], told.data["churn_needed"]) == ("churn_budget", 10.0)
    assert (told.data["best_effect"], told.data["shortfall"]) == pytest.approx((-4.0, 6.0))


async def test_without_a_lever_nothing_can_be_done(roads: Roads) -> None:
    await roads.pool.sign()
    await roads.deviate(gap=-4.0)
    (told,) = await roads.pool.events("adjustment_infeasible")
    assert (told.data["reason"], told.data["best_effect"], told.data["shortfall"]) == ("levers", 0.0, 4.0)


async def test_conditions_that_contradict_each_other_miss_the_whole_gap(roads: Roads) -> None:
    await roads.pool.sign(roads.lever(), floors={"Ministry": 0.6, "Makers": 0.6})
    await roads.deviate(gap=-4.0)
    (told,) = await roads.pool.events("adjustment_infeasible")
    assert (told.data["reason"], told.data["shortfall"]) == ("floors", 4.0)


async def test_a_resource_without_value_has_no_amount(pool: Pool) -> None:
    roads = await Roads(pool).ready(value=None)
    assert (await roads.adjustment(await roads.deviate()))["amount"] is None


async def test_a_deviation_before_the_charter_waits_for_it(pool: Pool) -> None:
    roads = await Roads(pool).ready(charter=False)
    correlation_id = new_id()
    event = roads.deviation(-4.0, at=1, crossing=1)
    await pool.deliver(event, correlation_id)
    waiting = await roads.adjustment(event.deviation_id)
    assert (waiting["state"], waiting["reason"], waiting["changes"]) == ("awaiting_charter", "no_charter", [])
    await pool.sign(roads.lever())

    async def proposed() -> bool:
        return (await roads.adjustment(event.deviation_id))["state"] == "proposed"

    await eventually(proposed)
    found = await roads.adjustment(event.deviation_id)
    assert (found["id"], found["gap"], found["expected_effect"]) == (waiting["id"], -4.0, -4.0)
    (told,) = await pool.events("adjustment_proposed")
    assert told.row["correlation_id"] == correlation_id


async def test_a_charter_that_comes_while_a_deviation_is_answered_is_not_missed(pool: Pool) -> None:
    roads = await Roads(pool).ready(charter=False)
    event = roads.deviation(-4.0, at=1, crossing=1)
    async with pool.database.transaction(tenant=pool.id) as session:
        await pool.handle(session, event)
        signing = asyncio.create_task(pool.sign(roads.lever()))

        async def waits() -> bool:
            blocked = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            return signing.done() or await pool.admin.fetchval(blocked) is not None

        await eventually(waits)
    await signing

    async def proposed() -> bool:
        return (await roads.adjustment(event.deviation_id))["state"] == "proposed"

    await eventually(proposed)


async def test_what_waits_for_a_charter_lapses_with_its_deviation(pool: Pool) -> None:
    roads = await Roads(pool).ready(charter=False)
    deviation = await roads.deviate()
    await roads.close(deviation)
    await pool.sign(roads.lever())
    later = await roads.deviate()
    assert await roads.answers(deviation) == [("lapsed", "recovered")]
    assert (await roads.adjustment(later))["state"] == "proposed"


async def test_an_adjustment_that_no_longer_fits_is_not_applied_in_part(roads: Roads) -> None:
    found = await roads.adjustment(await roads.deviate(gap=-4.0))
    answer = await roads.pool.of["Ministry"].patch(f"/resources/{roads.patrols}", json={"capacity": [19.0]})
    assert answer.status_code == 200, answer.text
    await roads.decide(found["id"])
    (told,) = await roads.pool.events("adjustment_infeasible")
    assert (told.data["reason"], told.data["shortfall"]) == ("allocation_changed", 4.0)
    after = await roads.adjustment(UUID(found["deviation_id"]))
    assert (after["state"], after["automatic"]) == ("infeasible", False)
    assert (await roads.pool.get("/allocations/current"))["revision"] == 1


async def test_an_adjustment_is_made_on_the_allocation_as_it_is_now(roads: Roads) -> None:
    """Another KPI's adjustment came between the proposal and its approval."""
    other = Roads(roads.pool)
    other.patrols, other.rural, other.city = roads.patrols, roads.rural, roads.city
    found = await roads.adjustment(await roads.deviate(gap=-4.0))
    await other.settle(other.term(None, (roads.rural, 10.0, 9.0), (roads.city, 10.0, 11.0)))
    await roads.decide(found["id"])
    assert await roads.pool.cells() == {roads.rural: 11.0, roads.city: 9.0}


async def test_a_verdict_on_what_is_not_applied_changes_nothing(roads: Roads) -> None:
    found = await roads.adjustment(await roads.deviate())
    for verified in (True, False):
        await roads.judge(found, verified=verified)
        await roads.judge({**found, "id": str(new_id())}, verified=verified)
    assert (await roads.adjustment(UUID(found["deviation_id"])))["state"] == "proposed"


async def test_a_settlement_without_reallocation_is_not_ours(roads: Roads) -> None:
    what = conflicts.CommitmentTerm(party_id=roads.pool.parties["Makers"], what="Belts", due_at=day(90))
    await roads.settle(what)
    assert (await roads.pool.get("/adjustments"))["items"] == []


async def test_a_verified_adjustment_stays(roads: Roads) -> None:
    found = await roads.adjust()
    await roads.judge(found, verified=True)
    assert (await roads.adjustment(UUID(found["deviation_id"])))["state"] == "verified"
    await roads.judge(found, verified=False)
    assert await roads.pool.events("adjustment_rolled_back") == []


async def test_an_adjustment_without_its_effect_is_taken_back_once(roads: Roads) -> None:
    found = await roads.adjust()
    await roads.judge(found, verified=False)
    await roads.judge(found, verified=False)
    assert await roads.pool.cells() == {roads.rural: 10.0, roads.city: 10.0}
    (told,) = await roads.pool.events("adjustment_rolled_back")
    assert (told.data["reason"], told.data["adjustment_id"]) == ("still_deviating", found["id"])
    current = await roads.pool.get("/allocations/current")
    assert (current["cause"], current["id"]) == ("rollback", told.data["allocation_id"])
    assert (await roads.adjustment(UUID(found["deviation_id"])))["state"] == "rolled_back"


async def test_what_happened_since_survives_a_rollback(roads: Roads) -> None:
    found = await roads.adjust(gap=-4.0)
    await roads.settle(roads.term(None, (roads.rural, 12.0, 11.0)))
    await roads.judge(found, verified=False)
    assert await roads.pool.cells() == {roads.rural: 9.0, roads.city: 10.0}


async def test_a_rollback_beyond_the_present_capacity_restores_what_fits(roads: Roads) -> None:
    found = await roads.adjust(gap=-4.0)
    await roads.pool.of["Ministry"].patch(f"/resources/{roads.patrols}", json={"capacity": [15.0]})
    await roads.judge(found, verified=False)
    assert sum((await roads.pool.cells()).values()) == pytest.approx(15.0)
    assert len(await roads.pool.events("adjustment_rolled_back")) == 1


async def test_the_charter_may_have_a_failed_adjustment_stay(pool: Pool) -> None:
    roads = await Roads(pool).ready(rollback_on_failure=False)
    found = await roads.adjust()
    await roads.judge(found, verified=False)
    assert (await roads.adjustment(UUID(found["deviation_id"])))["state"] == "failed"
    assert await pool.cells() == {roads.rural: 12.0, roads.city: 8.0}
    assert await pool.events("adjustment_rolled_back") == []


async def test_a_settlement_applies_what_the_parties_signed(roads: Roads) -> None:
    refused = await roads.adjustment(await roads.deviate(gap=-4.0))
    await roads.decide(refused["id"], "refused", "committee")
    event = await roads.settle(roads.term(refused["id"], (roads.rural, 10.0, 11.0), (roads.city, 10.0, 9.0)))
    await roads.pool.deliver(event)
    assert await roads.pool.cells() == {roads.rural: 11.0, roads.city: 9.0}
    (told,) = await roads.pool.events("adjustment_applied")
    assert (told.data["case_id"], told.data["decision_id"]) == (str(event.case_id), None)
    assert (told.data["deviation_id"], told.data["kpi_id"]) == (refused["deviation_id"], str(roads.kpi_id))
    assert (told.data["expected_effect"], told.data["amount"]["amount"]) == (-2.0, "200.00")
    assert told.data["horizon"] == "P30D"


async def test_a_settlement_beyond_the_capacity_is_impossible(roads: Roads) -> None:
    refused = await roads.adjustment(await roads.deviate(gap=-4.0))
    await roads.settle(roads.term(refused["id"], (roads.rural, 10.0, 15.0)))
    (told,) = await roads.pool.events("adjustment_infeasible")
    assert told.data["reason"] == "allocation_changed"
    await roads.settle(roads.term(None, (roads.rural, 10.0, 15.0)))
    assert len(await roads.pool.events("adjustment_infeasible")) == 1
    assert await roads.pool.cells() == {roads.rural: 10.0, roads.city: 10.0}


async def test_three_automatic_adjustments_in_six_days_suppress_the_next(roads: Roads) -> None:
    for at in (0, 3, 6):
        assert (await roads.adjust(gap=-0.5, at=at))["automatic"]
    deviation = await roads.deviate(gap=-0.5, at=7)
    found = await roads.adjustment(deviation)
    assert (found["state"], found["reason"]) == ("suppressed", "damping")
    (told,) = await roads.pool.events("adjustment_suppressed")
    assert told.data["penalty"] == pytest.approx(2605 * 2 ** (-1 / 14), abs=0.5)
    assert told.data["rule_version"] == "A2/1"
    late = await roads.deviate(gap=-0.5, at=32)
    assert (await roads.adjustment(late))["state"] == "proposed"


async def test_what_people_decide_on_bypasses_damping_and_says_so(roads: Roads) -> None:
    for at in (0, 3, 6):
        await roads.adjust(gap=-0.5, at=at)
    found = await roads.adjustment(await roads.deviate(gap=-12.0, at=7))
    assert (found["state"], found["amount"]["amount"]) == ("proposed", "1200.00")
    assert found["certificate"]["damping"]["bypassed"]
    assert found["certificate"]["damping"]["reason"] == "damping"


async def test_what_people_decided_does_not_count(roads: Roads) -> None:
    for at in (0, 3, 6):
        assert not (await roads.adjust(gap=-0.5, at=at, tier="committee"))["automatic"]
    assert (await roads.adjustment(await roads.deviate(gap=-0.5, at=7)))["state"] == "proposed"


async def test_the_cap_of_the_review_period_is_hard(pool: Pool) -> None:
    roads = await Roads(pool).ready(cap_per_period=1, review_period=30 * DAY)
    await roads.adjust(gap=-0.5, at=0)
    assert (await roads.adjustment(await roads.deviate(gap=-0.5, at=29)))["reason"] == "cap"
    assert (await roads.adjustment(await roads.deviate(gap=-0.5, at=30)))["state"] == "proposed"


async def test_after_an_adjustment_a_kpi_cools_down(pool: Pool) -> None:
    roads = await Roads(pool).ready(cool_down=5 * DAY)
    await roads.adjust(gap=-0.5, at=0)
    assert (await roads.adjustment(await roads.deviate(gap=-0.5, at=4)))["reason"] == "cool_down"
