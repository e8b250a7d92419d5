"""The loop from a sample to its end, in each of its branches, as the gateway tells it."""

from itertools import pairwise

from loop.partnership import NAMES
from loop.scenario import LAG, day, start
from support.waiting import eventually


def names(trace):
    return [node["type"].split(".")[2] for node in trace["nodes"]]


def story(trace):
    """The effect events: what happened, without the state that it left behind."""
    return [name for name in names(trace) if not name.endswith("_changed") and name != "allocation_published"]


def states(saga):
    return [step["state"] for step in saga["steps"]]


def assert_is_causal(trace):
    """One root, the deviation; everything else has a cause that stands before it."""
    places = {node["event_id"]: place for place, node in enumerate(trace["nodes"])}
    assert names(trace)[0] == "deviation_opened"
    assert trace["nodes"][0]["event_id"] == trace["correlation_id"]
    for place, node in enumerate(trace["nodes"][1:], start=1):
        assert places[node["causation_id"]] < place
    assert {(edge["cause"], edge["effect"]) for edge in trace["edges"]} == {
        (node["causation_id"], node["event_id"]) for node in trace["nodes"][1:]
    }


async def test_a_small_adjustment_is_applied_without_a_vote_and_verified(world):
    loop = await start(world, unit_value="10")
    before = await loop.allocated()

    await loop.stay_off(30)
    await loop.becomes("applied")

    adjustment, decision = await loop.adjustment(), await loop.decision()
    assert (decision["tier"], decision["status"], decision["votes"]) == ("automatic", "approved", [])
    assert decision["amount"] == {"amount": "600.00", "currency": "EUR"}
    assert adjustment["gap"] == -30
    assert sorted((await loop.allocated()).values()) == [30, 70]
    assert sum(before.values()) == 100

    await loop.be_on_plan(30 + LAG)
    await loop.be_on_plan(31 + LAG)
    saga = await loop.becomes("verified")

    assert states(saga) == ["observed", "proposed", "deciding", "applied", "verified"]
    trace = await loop.trace()
    assert_is_causal(trace)
    assert story(trace) == [
        "deviation_opened",
        "adjustment_proposed",
        "decision_opened",
        "decision_taken",
        "adjustment_applied",
        "deviation_closed",
        "adjustment_verified",
    ]
    verified = trace["nodes"][-1]["data"]
    assert (verified["expected_effect"], verified["measured_effect"]) == (-30, (60 + 59) / 2 - 100)


async def test_nothing_is_applied_without_a_vote_while_samples_are_contested(world):
    loop = await start(world, unit_value="10")
    partnership = loop.partnership
    await loop.be_on_plan(2)
    contest = await partnership.person("Makers", "alliance_manager").post(
        partnership.path(f"/kpis/{loop.kpi_id}/contests"), {"at": day(2), "reason": "Counted twice"}
    )
    await loop.stay_off(30)
    await loop.becomes("contested")

    async def held():
        return [each["state"] for each in await partnership.items("/adjustments")] == ["contested"]

    await eventually(held)
    assert max((await loop.allocated()).values()) == 100

    resolutions = partnership.path(f"/contests/{contest['id']}/resolutions")
    await partnership.manager.post(resolutions, {"upheld": False, "reason": "Read off the second counter"})
    saga = await loop.becomes("applied")
    assert states(saga)[:4] == ["observed", "contested", "observed", "proposed"]
    trace = await loop.trace()
    assert_is_causal(trace)
    assert story(trace)[:3] == ["deviation_opened", "contest_resolved", "adjustment_proposed"]
    assert sorted((await loop.allocated()).values()) == [30, 70]


async def test_a_larger_one_is_decided_by_the_committee_with_its_dissent_on_record(world):
    loop = await start(world, unit_value="100")

    await loop.stay_off(30)
    await loop.becomes("deciding")
    decision = await loop.decision()
    assert (decision["tier"], decision["status"], len(decision["electorate"])) == ("committee", "open", 3)
    assert max((await loop.allocated()).values()) == 100  # nothing moves before it is decided

    await loop.vote(Makers="no", Ministry="yes", Insurer="yes")
    await loop.becomes("applied")

    decision = await loop.decision()
    assert decision["status"] == "approved"
    assert sorted(vote["choice"] for vote in decision["votes"]) == ["no", "yes", "yes"]
    assert (await loop.adjustment())["state"] == "applied"


async def test_a_refused_one_becomes_a_case_that_climbs_and_is_settled_by_a_new_path(world):
    loop = await start(world, unit_value="100")
    partnership = loop.partnership
    await loop.stay_off(30)
    await loop.becomes("deciding")

    await loop.vote(Ministry="yes", Makers="no", Insurer="no")
    await loop.becomes("in_conflict")

    case = await loop.case()
    assert (case["state"], case["level"], case["level_name"]) == ("open", 1, "Negotiation")
    assert [vote["choice"] for vote in case["votes"]] == ["yes", "no", "no"]
    assert {each["key"] for each in case["alternatives"]} == {"fairest", "least_change"}
    assert "decision_taken" in [each["type"].split(".")[2] for each in case["trace"]]

    await partnership.advance(day(41))
    path = partnership.path(f"/cases/{case['id']}")
    case = await partnership.manager.eventually(path, lambda found: found["level"] == 2)
    assert [(step["level"], step["reason"]) for step in case["steps"]] == [(1, "opened"), (2, "limit")]

    term = {"kind": "rebaseline", "objective_id": loop.objective_id, "baseline": 100, "target": 50, "due_at": day(200)}
    proposed = await partnership.person("Ministry", "alliance_manager").post(f"{path}/settlements", {"terms": [term]})
    for name in NAMES:
        assert (await partnership.manager.get(path))["state"] == "open"
        signature = {"hash": proposed["hash"]}
        await partnership.person(name, "sponsor").post(f"{path}/settlements/{proposed['id']}/signatures", signature)
    saga = await loop.becomes("settled")

    assert states(saga) == ["observed", "proposed", "deciding", "refused", "in_conflict", "settled"]
    assert (await partnership.manager.get(path))["state"] == "settled"
    objective = partnership.path(f"/objectives/{loop.objective_id}")
    moved = await partnership.manager.eventually(objective, lambda found: found["revision"] == 2)
    assert (moved["baseline"], moved["target"], moved["first_baseline"]) == (100, 50, 100)
    await partnership.manager.eventually(
        partnership.path(f"/kpis/{loop.kpi_id}/trajectory"), lambda found: found["revision"] == 2
    )
    await loop.sample(42, 99.0)
    assert (await loop.deviation())["closed_at"] is not None
    assert_is_causal(await loop.trace())
    await partnership.post(f"/cases/{case['id']}/closure", {"outcome": "A longer path"})
    assert (await partnership.manager.get(path))["state"] == "closed"


async def test_a_settlement_by_an_alternative_is_applied_without_another_vote(world):
    loop = await start(world, unit_value="100")
    partnership = loop.partnership
    await loop.stay_off(30)
    await loop.becomes("deciding")
    await loop.vote(Makers="no", Insurer="no")
    await loop.becomes("in_conflict")
    path = partnership.path(f"/cases/{(await loop.case())['id']}")

    term = {"kind": "adjustment", "alternative": "least_change"}
    proposed = await partnership.manager.post(f"{path}/settlements", {"terms": [term]})
    for name in NAMES:
        signature = {"hash": proposed["hash"]}
        await partnership.person(name, "sponsor").post(f"{path}/settlements/{proposed['id']}/signatures", signature)
    await loop.becomes("settled")

    current = partnership.path("/allocations/current")
    found = await partnership.manager.eventually(current, lambda allocation: allocation["revision"] == 2)
    assert sorted(cell["amount"] for cell in found["cells"]) == [30, 70]


async def test_an_adjustment_that_does_not_bring_the_kpi_back_is_rolled_back(world):
    loop = await start(world, unit_value="10")
    before = await loop.allocated()
    await loop.stay_off(30)
    await loop.becomes("applied")
    assert await loop.allocated() != before

    await loop.stay_off(30 + LAG)
    await loop.stay_off(31 + LAG)
    saga = await loop.becomes("rolled_back")

    assert states(saga) == ["observed", "proposed", "deciding", "applied", "rolled_back"]
    assert await loop.allocated() == before
    assert (await loop.adjustment())["state"] == "rolled_back"
    trace = await loop.trace()
    assert_is_causal(trace)
    assert story(trace)[-2:] == ["adjustment_not_verified", "adjustment_rolled_back"]


async def test_what_failed_stays_where_the_charter_has_it_stay(world):
    loop = await start(world, unit_value="10", rollback_on_failure=False)
    await loop.stay_off(30)
    await loop.becomes("applied")
    applied = await loop.allocated()

    await loop.stay_off(30 + LAG)
    await loop.stay_off(31 + LAG)

    deviation = await loop.deviation()
    path = loop.partnership.path(f"/adjustments?deviation_id={deviation['id']}")
    await loop.partnership.manager.eventually(path, lambda page: page["items"][0]["state"] == "failed")
    assert await loop.allocated() == applied


async def test_automatic_adjustments_in_a_row_are_damped(world):
    loop = await start(world, unit_value="10", capacity=500.0)
    for number in (30, 33, 36):
        await loop.stay_off(number)
        await loop.becomes("applied")
        await loop.be_on_plan(number + 1)

    await loop.stay_off(39)
    saga = await loop.becomes("suppressed")

    assert states(saga) == ["observed", "suppressed"]
    trace = await loop.trace()
    assert_is_causal(trace)
    held = next(node["data"] for node in trace["nodes"] if node["type"].endswith("adjustment_suppressed.v1"))
    assert held["reason"] == "damping"
    assert held["until"] > day(60)


async def test_a_gap_that_no_lever_reaches_becomes_a_case(world):
    loop = await start(world, unit_value="10", capacity=5.0)

    await loop.stay_off(30)
    saga = await loop.becomes("in_conflict")

    assert states(saga) == ["observed", "infeasible", "in_conflict"]
    trace = await loop.trace()
    assert_is_causal(trace)
    infeasible = next(node["data"] for node in trace["nodes"] if node["type"].endswith("adjustment_infeasible.v1"))
    assert (infeasible["gap"], infeasible["best_effect"], infeasible["shortfall"]) == (-30, -5, 25)
    assert (await loop.case())["cause"]["kind"] == "infeasible"


async def test_a_kpi_that_recovers_before_the_decision_lets_the_proposal_lapse(world):
    loop = await start(world, unit_value="100")
    before = await loop.allocated()
    await loop.stay_off(30)
    await loop.becomes("deciding")

    await loop.be_on_plan(31)
    await loop.becomes("lapsed")

    path = loop.partnership.path(f"/adjustments?deviation_id={(await loop.deviation())['id']}")
    await loop.partnership.manager.eventually(path, lambda page: page["items"][0]["state"] == "lapsed")
    await loop.vote(Ministry="yes", Makers="yes")
    assert (await loop.decision())["status"] == "approved"
    await loop.partnership.advance(day(32))
    assert await loop.allocated() == before  # approved too late: nothing is applied
    assert_is_causal(await loop.trace())


async def test_each_loop_has_a_trace_of_its_own(world):
    loop = await start(world, unit_value="10")
    await loop.stay_off(30)
    first = (await loop.becomes("applied"))["correlation_id"]
    await loop.be_on_plan(31)
    await loop.stay_off(50)
    second = (await loop.becomes("applied"))["correlation_id"]

    traces = [await loop.partnership.manager.get(loop.partnership.path(f"/trace/{each}")) for each in (first, second)]
    events = [{node["event_id"] for node in trace["nodes"]} for trace in traces]
    assert all(not earlier & later for earlier, later in pairwise(events))
    assert [node["data"]["crossing"] for trace in traces for node in trace["nodes"][:1]] == [1, 2]
