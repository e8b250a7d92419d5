"""What opens a case, and what it is filled with."""

from uuid import uuid4

import pytest
from conflicts.harness import START
from conflicts.sagas import DAY, TAKEN, Saga

from entente_shared.events.objectives import Outcome, Role, SubjectKind


async def test_refused_adjustment_opens_a_case_filled_with_trace_votes_and_alternatives(partnership):
    saga = Saga(partnership)
    case = await saga.refuse()
    assert case["title"] == "Adjustment refused: Fewer rear passengers hurt"
    assert (case["state"], case["level"], case["step"]) == ("open", 1, 1)
    assert case["cause"] == {"kind": "decision", "id": str(saga.decision_id)}
    assert case["opened_at"] == case["reached_at"] == TAKEN.isoformat().replace("+00:00", "Z")
    detail = await partnership.eventually(f"cases/{case['id']}", lambda found: len(found["trace"]) == 3)
    assert [entry["type"].split(".")[2] for entry in detail["trace"]] == [
        "deviation_opened",
        "adjustment_proposed",
        "decision_taken",
    ]
    assert [entry["causation_id"] for entry in detail["trace"][1:]] == [
        entry["event_id"] for entry in detail["trace"][:2]
    ]
    assert detail["trace"][0]["said"]["value"] == 428.5
    assert [vote["choice"] for vote in detail["votes"]] == ["no"]
    assert detail["tally"] == {"weight": {"no": "0.3"}}
    assert [(each["key"], each["changes"][0]["after"]) for each in detail["alternatives"]] == [("half", 46.5)]


async def test_the_case_continues_the_saga_of_its_deviation(partnership):
    saga = Saga(partnership)
    await saga.refuse()
    [opened], [reached] = await partnership.told("case_opened"), await partnership.told("level_reached")
    assert opened["correlation_id"] == reached["correlation_id"] == saga.correlation_id
    assert opened["causation_id"] == saga.last
    assert reached["causation_id"] == opened["event_id"]
    assert (opened["aggregate_version"], reached["aggregate_version"]) == (1, 2)
    assert opened["data"]["deviation_id"] == str(saga.deviation_id)
    assert opened["data"]["adjustment_id"] == str(saga.adjustment_id)


async def test_a_decision_heard_before_its_proposal_opens_the_same_case(partnership):
    """The two come over different streams, of which one may be behind."""
    saga = Saga(partnership)
    await saga.deviate()
    proposal_caused = saga.last
    decided = await saga.decide()
    await partnership.alone.heard(decided)
    assert (await partnership.get("cases"))["items"] == []
    saga.last = proposal_caused
    await saga.propose()
    case = await partnership.case()
    assert case["adjustment_id"] == str(saga.adjustment_id)
    [opened] = await partnership.told("case_opened")
    assert opened["causation_id"] == decided


async def test_a_decision_told_twice_opens_one_case(partnership):
    saga = Saga(partnership)
    await saga.refuse()
    await partnership.alone.heard(await saga.decide())
    assert len((await partnership.get("cases"))["items"]) == 1
    assert len(await partnership.told("case_opened")) == 1


async def test_an_approved_decision_opens_no_case(partnership):
    saga = Saga(partnership)
    await saga.deviate()
    await saga.propose()
    await partnership.alone.heard(await saga.decide(Outcome.APPROVED))
    assert (await partnership.get("cases"))["items"] == []


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.EXPIRED])
async def test_a_decision_that_fails_after_the_kpi_recovered_opens_no_case(partnership, outcome):
    saga = Saga(partnership)
    await saga.deviate()
    await saga.propose()
    await partnership.alone.heard(await saga.recover())
    await partnership.alone.heard(await saga.decide(outcome))
    assert (await partnership.get("cases"))["items"] == []


@pytest.mark.parametrize("outcome", [Outcome.VETOED, Outcome.EXPIRED])
async def test_a_failed_rebaseline_opens_a_case(partnership, outcome):
    saga = Saga(partnership)
    await saga.decide(outcome, SubjectKind.REBASELINE)
    case = await partnership.case()
    assert case["title"] == f"New baseline {outcome}"
    assert (case["adjustment_id"], case["kpi_id"]) == (None, None)
    detail = await partnership.get(f"cases/{case['id']}")
    assert ([vote["reason"] for vote in detail["votes"]], detail["alternatives"]) == (["Too much"], [])


async def test_an_infeasible_adjustment_opens_a_case_at_the_partnerships_present(partnership):
    saga = Saga(partnership)
    await saga.deviate()
    await partnership.advance(START + 2 * DAY)
    await saga.find_infeasible()
    case = await partnership.case()
    assert (case["title"], case["cause"]["kind"]) == ("No adjustment is possible", "infeasible")
    assert case["opened_at"] == "2026-04-03T00:00:00Z"
    detail = await partnership.get(f"cases/{case['id']}")
    assert detail["trace"][-1]["said"]["shortfall"] == 10.7


async def test_a_person_opens_a_case_of_their_own(partnership):
    case = await partnership.post(
        "cases", {"title": "Late invoices", "description": "Three."}, partnership.as_(Role.CONTRIBUTOR)
    )
    person = partnership.ministry.people[Role.CONTRIBUTOR]
    assert (case["cause"], case["description"]) == ({"kind": "person", "id": str(person)}, "Three.")
    [opened] = await partnership.told("case_opened")
    assert str(opened["correlation_id"]) == str(opened["event_id"]) == case["correlation_id"]
    detail = await partnership.get(f"cases/{case['id']}")
    assert (detail["trace"], detail["steps"][0]["person_id"]) == ([], str(person))


async def test_a_persons_case_about_a_deviation_continues_its_saga(partnership):
    saga = Saga(partnership)
    await partnership.alone.heard(await saga.deviate())
    case = await partnership.post("cases", {"title": "It gets worse", "deviation_id": str(saga.deviation_id)})
    assert (case["kpi_id"], case["correlation_id"]) == (str(saga.kpi_id), str(saga.correlation_id))
    problem = await partnership.post("cases", {"title": "Which?", "deviation_id": str(uuid4())}, status=422)
    assert problem["errors"][0]["pointer"] == "/deviation_id"


async def test_cases_are_listed_by_state_and_page(partnership):
    titles = ["One", "Two", "Three"]
    made = [await partnership.post("cases", {"title": title}) for title in titles]
    first = await partnership.get("cases?limit=2")
    rest = await partnership.get(f"cases?limit=2&cursor={first['next_cursor']}")
    assert {case["id"] for case in first["items"] + rest["items"]} == {case["id"] for case in made}
    assert (len(first["items"]), rest["next_cursor"]) == (2, None)
    assert (await partnership.get("cases?state=settled"))["items"] == []
    assert len((await partnership.get("cases?state=open"))["items"]) == 3


async def test_hostile_bodies_are_refused(partnership):
    for body in ({}, {"title": " "}, {"title": "x" * 201}, {"title": "x", "extra": 1}, {"title": "a\u0000b"}):
        await partnership.post("cases", body, status=422)
    for raw in (b'{"title": NaN}', b'{"title": "\\ud800"}', b'{"title": 1e999}'):
        headers = {"Content-Type": "application/json"}
        response = await partnership.as_().post(partnership.path("cases"), content=raw, headers=headers)
        assert response.status_code in {400, 422}, response.text
