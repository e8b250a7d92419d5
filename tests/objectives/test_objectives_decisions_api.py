"""From a proposed adjustment to a decision: mandates and votes."""

import asyncio

import pytest
from objectives.charters import START, mandate
from objectives.decisions import opened, opened_again, taken, vote


async def test_a_small_amount_is_approved_at_once_by_the_automatic_tier(scene):
    circle = await scene.circle()
    decision = await opened(circle, "1000")
    assert (decision["tier"], decision["status"], decision["electorate"]) == ("automatic", "approved", [])
    opening, taking = (await circle.heard("decision_opened"))[0], await taken(circle, "approved")
    assert taking.received.version == opening.received.version + 1
    assert taking.received.causation_id == opening.received.event_id
    assert taking.received.correlation_id == opening.received.correlation_id


async def test_the_committee_decides_on_a_larger_amount(scene):
    circle = await scene.circle()
    decision = await opened(circle)
    assert (decision["tier"], decision["status"]) == ("committee", "open")
    assert [elector["weight"] for elector in decision["electorate"]] == ["0.4", "0.35", "0.25"]
    assert decision["amount"] == {"amount": "20000", "currency": "EUR"}
    after = await vote(circle, decision, "yes")
    assert after["status"] == "open"
    after = await vote(circle, decision, None, "yes")
    assert (after["status"], after["taken_at"]) == ("approved", START)
    told = await taken(circle, "approved")
    assert told.received.correlation_id == (await circle.heard("decision_opened"))[0].received.correlation_id
    assert [(v["choice"], v["party_id"]) for v in told.data["votes"]] == [
        ("yes", str(party)) for party in circle.parties[:2]
    ]
    assert told.data["tally"]["weight"] == {"yes": "0.75", "no": "0", "abstain": "0", "electorate": "1"}
    assert told.data["tally"]["party"] == {"yes": "2", "no": "0", "abstain": "0", "electorate": "3"}


@pytest.mark.parametrize("amount", ["50000.01", None])
async def test_the_sponsors_decide_on_the_largest_and_on_unknown_amounts(scene, amount):
    circle = await scene.circle("1", "1")
    decision = await opened(circle, amount)
    assert decision["tier"] == "sponsors"
    assert (await vote(circle, decision, "no", who="sponsor"))["status"] == "refused"
    await taken(circle, "refused")


async def test_the_next_heavier_tier_decides_where_nobody_holds_the_role(scene):
    circle = await scene.circle("1", "1")
    for organisation in circle.organisations:
        members = (await organisation["sponsor"].get(f"{circle.path}/members"))["items"]
        delegate = next(row["id"] for row in members if row["person_id"] == str(organisation.id_of("delegate")))
        await organisation["sponsor"].request("DELETE", f"{circle.path}/members/{delegate}")
    decision = await opened(circle)
    assert (decision["mandated_tier"], decision["tier"]) == ("committee", "sponsors")
    assert decision["mandate"]["tier"] == "sponsors"
    electors = {elector["person_id"] for elector in decision["electorate"]}
    assert electors == {str(organisation.id_of("sponsor")) for organisation in circle.organisations}


async def test_another_vote_replaces_the_first_and_both_are_kept(scene):
    circle = await scene.circle()
    decision = await opened(circle)
    assert (await vote(circle, decision, "no"))["tally"]["weight"]["no"] == "0.4"
    assert len((await vote(circle, decision, "no"))["votes"]) == 1
    after = await vote(circle, decision, "yes")
    assert ([v["choice"] for v in after["votes"]], after["tally"]["weight"]["no"]) == (["yes"], "0")
    kept = (await circle.first["sponsor"].get(f"{circle.path}/decisions/{decision['id']}/votes"))["items"]
    assert [(v["choice"], v["replaced_at"]) for v in kept] == [("no", START), ("yes", None)]


async def test_votes_at_the_same_moment_take_a_decision_once(scene):
    circle = await scene.circle("1", "1", "1", "1", "1")
    decision = await opened(circle)
    path = f"{circle.path}/decisions/{decision['id']}/votes"
    voters = [organisation["delegate"] for organisation in circle.organisations]
    answers = await asyncio.gather(*(voter.request("POST", path, {"choice": "yes"}) for voter in voters))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(201), statuses.count(409)) == (3, 2)
    await circle.advance("2026-03-01T00:00:00Z")
    assert len((await taken(circle, "approved")).data["votes"]) == 3
    assert len(await circle.heard("decision_taken")) == 1


async def test_who_is_not_in_the_frozen_electorate_has_no_vote(scene):
    circle = await scene.circle()
    decision = await opened(circle)
    path, body = f"{circle.path}/decisions/{decision['id']}/votes", {"choice": "yes"}
    assert (await circle.first["sponsor"].refused("POST", path, body))[0] == 403
    assert (await circle.first.system.refused("POST", path, body))[0] == 403
    joined = {"person_id": str(circle.first.id_of("manager")), "role": "committee_member"}
    await circle.first["sponsor"].post(f"{circle.path}/members", joined)
    status, problem = await circle.first["manager"].refused("POST", path, body)
    assert (status, problem["type"].rpartition(":")[2]) == (403, "not-an-elector")


async def test_a_closed_decision_takes_no_vote(scene):
    circle = await scene.circle()
    decision = await opened(circle)
    assert (await vote(circle, decision, "no", "no"))["status"] == "refused"
    path = f"{circle.path}/decisions/{decision['id']}/votes"
    assert (await circle.organisations[2]["delegate"].refused("POST", path, {"choice": "yes"}))[0] == 409


async def test_a_vote_on_what_has_changed_since_it_was_read_is_refused(scene):
    circle = await scene.circle()
    decision = await opened(circle)
    path = f"{circle.path}/decisions/{decision['id']}"
    etag = (await circle.first["delegate"].request("GET", path)).headers["etag"]
    await vote(circle, decision, "no")
    other = circle.organisations[1]["delegate"]
    assert (await other.refused("POST", f"{path}/votes", {"choice": "yes"}, If_Match=etag))[0] == 412


async def test_rules_are_those_of_the_opening_whatever_the_charter_says_later(scene):
    circle = await scene.circle("1", "1")
    decision = await opened(circle)
    await circle.agree(based_on=1, mandates=[mandate("sponsors"), mandate("sponsors", domain="rebaseline")])
    again = await circle.first["sponsor"].get(f"{circle.path}/decisions/{decision['id']}")
    assert (again["mandate"], again["charter_version"]) == (decision["mandate"], 1)
    assert (await opened_again(circle))["charter_version"] == 2


async def test_decisions_are_listed_by_status_and_hidden_from_others(scene):
    circle = await scene.circle("1", "1")
    decision = await opened(circle)
    listed = await circle.first["sponsor"].get(f"{circle.path}/decisions?status=open")
    assert [row["id"] for row in listed["items"]] == [decision["id"]]
    assert (await circle.first["sponsor"].get(f"{circle.path}/decisions?status=refused"))["items"] == []
    stranger = await scene.circle("1", "1")
    for path in ("/decisions", f"/decisions/{decision['id']}", f"/decisions/{decision['id']}/votes"):
        assert (await stranger.first["sponsor"].refused("GET", f"{circle.path}{path}"))[0] == 404
    assert (await stranger.first["sponsor"].refused("GET", f"{stranger.path}/decisions/{decision['id']}"))[0] == 404
