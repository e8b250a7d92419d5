"""Settlements: proposed, signed by every party on one hash, and then law."""

import asyncio
import hashlib
import json
from uuid import uuid4

import pytest
from conflicts.harness import START
from conflicts.sagas import DAY, TAKEN, Saga

from entente_shared.events.objectives import Role


@pytest.fixture
async def saga(partnership):
    saga = Saga(partnership)
    saga.case = await saga.refuse()
    saga.path = f"cases/{saga.case['id']}/settlements"
    return saga


def commitment(saga, **changed):
    term = {"kind": "commitment", "party_id": str(saga.partnership.cars.id), "what": "Fit rear belts"}
    return {**term, "due_at": (START + 300 * DAY).isoformat(), **changed}


async def sign(saga, settlement, party, role=Role.SPONSOR, status=201, **kwargs):
    client = saga.partnership.as_(role, party)
    path = f"{saga.path}/{settlement['id']}/signatures"
    return await saga.partnership.post(path, {"hash": settlement["hash"]}, client, status, **kwargs)


async def settle(saga, *terms):
    settlement = await saga.partnership.post(saga.path, {"terms": list(terms)})
    for party in saga.partnership.parties:
        settlement = await sign(saga, settlement, party)
    return settlement


async def test_every_partys_signature_settles_the_case_with_resolved_terms(saga, partnership):
    adjustment = {"kind": "adjustment", "alternative": "half"}
    settlement = await partnership.post(saga.path, {"terms": [saga.rebaseline, adjustment, commitment(saga)]})
    parties = {str(party.id) for party in partnership.parties}
    assert (settlement["state"], settlement["number"], set(settlement["missing"])) == ("proposed", 1, parties)
    await sign(saga, settlement, partnership.ministry)
    signed = await sign(saga, settlement, partnership.cars, Role.ALLIANCE_MANAGER)
    assert (signed["state"], signed["missing"]) == ("proposed", [str(partnership.insurer.id)])
    assert await partnership.told("case_settled") == []
    signed = await sign(saga, settlement, partnership.insurer)
    assert (signed["state"], signed["missing"], len(signed["signatures"])) == ("signed", [], 3)
    [event] = await partnership.told("case_settled")
    assert event["correlation_id"] == saga.correlation_id
    assert (event["data"]["settlement_id"], event["data"]["level"]) == (settlement["id"], 1)
    rebaseline, adjustment, promise = event["data"]["terms"]
    assert (rebaseline["objective_id"], rebaseline["target"]) == (str(saga.objective_id), 340.0)
    assert adjustment["adjustment_id"] == str(saga.adjustment_id)
    assert adjustment["kpi_id"] == str(saga.kpi_id)
    assert adjustment["changes"] == [saga.change.model_dump(mode="json")]
    assert promise["what"] == "Fit rear belts"
    detail = await partnership.get(f"cases/{saga.case['id']}")
    assert (detail["state"], detail["due_at"]) == ("settled", None)
    assert [each["state"] for each in detail["settlements"]] == ["signed"]


async def test_the_hash_is_that_of_the_content_that_is_shown(saga, partnership):
    settlement = await partnership.post(saga.path, {"terms": [commitment(saga, what="Équiper les sièges")]})
    canonical = json.dumps(settlement["content"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert settlement["hash"] == hashlib.sha256(canonical.encode()).hexdigest()
    assert settlement["content"]["terms"] == settlement["terms"]


async def test_a_settled_case_climbs_no_more_and_is_closed_by_a_member(saga, partnership):
    closure = f"cases/{saga.case['id']}/closure"
    problem = await partnership.post(closure, {"outcome": "Done"}, status=409)
    assert problem["type"].endswith("case-not-settled")
    await settle(saga, commitment(saga))
    await partnership.advance(TAKEN + 100 * DAY)
    await asyncio.sleep(0.6)
    assert len(await partnership.told("level_reached")) == 1
    await partnership.post(f"cases/{saga.case['id']}/escalations", {"reason": "More"}, status=409)
    await partnership.post(saga.path, {"terms": [commitment(saga)]}, status=409)
    await partnership.post(closure, {"outcome": "Done"}, partnership.as_(Role.OBSERVER), status=403)
    closed = await partnership.post(closure, {"outcome": "Done"}, partnership.as_(Role.MEDIATOR))
    assert (closed["state"], closed["outcome"]) == ("closed", "Done")
    await partnership.post(closure, {"outcome": "Again"}, status=409)
    [settled], [told] = await partnership.told("case_settled"), await partnership.told("case_closed")
    assert told["causation_id"] == settled["event_id"]


async def test_a_newer_proposal_makes_the_older_one_unsignable(saga, partnership):
    older = await partnership.post(saga.path, {"terms": [commitment(saga)]})
    await sign(saga, older, partnership.ministry)
    newer = await partnership.post(saga.path, {"terms": [commitment(saga, what="Something else")]})
    assert newer["number"] == 2
    problem = await sign(saga, older, partnership.cars, status=409)
    assert problem["type"].endswith("settlement-superseded")
    listed = (await partnership.get(saga.path))["items"]
    assert [each["state"] for each in sorted(listed, key=lambda each: each["number"])] == ["superseded", "proposed"]


async def test_only_the_hash_that_was_read_is_signed_and_only_by_those_who_bind_a_party(saga, partnership):
    settlement = await partnership.post(saga.path, {"terms": [commitment(saga)]}, partnership.as_(Role.MEDIATOR))
    problem = await sign(saga, {**settlement, "hash": "0" * 64}, partnership.cars, status=409)
    assert problem["type"].endswith("hash-differs")
    await sign(saga, settlement, partnership.ministry, Role.MEDIATOR, status=403)
    await sign(saga, {**settlement, "id": str(uuid4())}, partnership.cars, status=404)
    await sign(saga, {**settlement, "hash": "short"}, partnership.cars, status=422)


async def test_terms_that_have_lapsed_are_proposed_anew(saga, partnership):
    settlement = await partnership.post(saga.path, {"terms": [commitment(saga)]})
    await partnership.advance(START + 301 * DAY)
    problem = await sign(saga, settlement, partnership.cars, status=409)
    assert problem["type"].endswith("terms-lapsed")


async def test_a_party_that_signs_twice_has_signed_once(saga, partnership):
    settlement = await partnership.post(saga.path, {"terms": [commitment(saga)]})
    await sign(saga, settlement, partnership.cars)
    again = await sign(saga, settlement, partnership.cars, Role.ALLIANCE_MANAGER)
    assert [each["person_id"] for each in again["signatures"]] == [str(partnership.cars.people[Role.SPONSOR])]


async def test_parties_that_sign_at_the_same_time_settle_once(saga, partnership):
    settlement = await partnership.post(saga.path, {"terms": [commitment(saga)]})
    signers = [
        sign(saga, settlement, party, role)
        for party in partnership.parties
        for role in (Role.SPONSOR, Role.ALLIANCE_MANAGER)
    ]
    await asyncio.gather(*signers)
    assert len(await partnership.told("case_settled")) == 1
    final = await partnership.get(f"{saga.path}/{settlement['id']}")
    assert (final["state"], len(final["signatures"])) == ("signed", 3)


async def test_concurrent_proposals_leave_one_to_sign(saga, partnership):
    bodies = [{"terms": [commitment(saga, what=f"Promise {number}")]} for number in range(5)]
    await asyncio.gather(*(partnership.post(saga.path, body) for body in bodies))
    listed = (await partnership.get(saga.path))["items"]
    assert sorted(each["number"] for each in listed) == [1, 2, 3, 4, 5]
    assert [each["number"] for each in listed if each["state"] == "proposed"] == [5]


async def test_terms_that_cannot_be_carried_out_are_refused_at_their_field(saga, partnership):
    change = saga.change.model_dump(mode="json")
    cases = [
        ({**saga.rebaseline, "objective_id": str(uuid4())}, "/terms/0/objective_id"),
        ({**saga.rebaseline, "target": 400.0}, "/terms/0/target"),
        ({**saga.rebaseline, "due_at": START.isoformat()}, "/terms/0/due_at"),
        ({"kind": "adjustment"}, "/terms/0/changes"),
        ({"kind": "adjustment", "alternative": "half", "changes": [change]}, "/terms/0/changes"),
        ({"kind": "adjustment", "alternative": "whole"}, "/terms/0/alternative"),
        ({"kind": "adjustment", "alternative": "half", "adjustment_id": str(uuid4())}, "/terms/0/adjustment_id"),
        ({"kind": "adjustment", "changes": [change], "adjustment_id": str(uuid4())}, "/terms/0/adjustment_id"),
        ({"kind": "adjustment", "changes": [change, change]}, "/terms/0/changes/1"),
        ({"kind": "adjustment", "changes": [{**change, "after": 40.0}]}, "/terms/0/changes/0/after"),
        ({"kind": "adjustment", "changes": [{**change, "party_id": str(uuid4())}]}, "/terms/0/changes/0/party_id"),
        (commitment(saga, party_id=str(uuid4())), "/terms/0/party_id"),
        (commitment(saga, due_at="9999-12-31T23:59:59-14:00"), "/terms/0/due_at"),
    ]
    for term, pointer in cases:
        problem = await partnership.post(saga.path, {"terms": [term]}, status=422)
        assert [error["pointer"] for error in problem["errors"]] == [pointer], problem
        assert str(term.get("objective_id", "no such text")) not in problem["detail"]


async def test_explicit_changes_are_signed_as_they_were_written(saga, partnership):
    change = {**saga.change.model_dump(mode="json"), "after": 41.25}
    settlement = await partnership.post(saga.path, {"terms": [{"kind": "adjustment", "changes": [change]}]})
    assert settlement["terms"] == [
        {"kind": "adjustment", "adjustment_id": None, "kpi_id": str(saga.kpi_id), "changes": [change]}
    ]
