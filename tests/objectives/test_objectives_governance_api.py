"""Committees that the charter's mandates name, and what members propose to them."""

import asyncio

from objectives.charters import START, mandates
from objectives.committees import committee, general, members, propose, read, seat
from objectives.decisions import taken


async def test_the_committee_that_the_mandate_names_decides_on_a_proposal(scene):
    circle = await scene.circle()
    made = await committee(circle, "delegate", "manager", "sponsor")
    await circle.agree(mandates=general())
    decision = await propose(circle)
    assert (decision["tier"], decision["status"], decision["committee_id"]) == ("committee", "open", made["id"])
    assert decision["subject"]["kind"] == "general"
    people = [circle.organisations[index].id_of(who) for index, who in enumerate(("delegate", "manager", "sponsor"))]
    assert {elector["person_id"] for elector in decision["electorate"]} == {str(person) for person in people}
    path, body = f"{circle.path}/decisions/{decision['id']}/votes", {"choice": "yes"}
    assert (await circle.organisations[1]["delegate"].refused("POST", path, body))[0] == 403
    await circle.first["delegate"].post(path, body)
    after = await circle.organisations[1]["manager"].post(path, body)
    assert (after["status"], after["passed_at"], after["taken_at"]) == ("approved", START, START)
    told = await taken(circle, "approved")
    assert told.data["subject"] == {"kind": "general", "id": decision["subject"]["id"]}
    opening = (await circle.heard("decision_opened"))[0]
    assert opening.data["committee_id"] == made["id"]


async def test_a_proposal_is_read_by_all_parties_with_what_became_of_it(scene):
    circle = await scene.circle("1", "1")
    await committee(circle, "delegate", "delegate")
    await circle.agree(mandates=general())
    decision = await propose(circle, amount={"amount": "12000.50", "currency": "EUR"})
    listed = (await circle.organisations[1]["delegate"].get(f"{circle.path}/proposals"))["items"]
    assert [(row["title"], row["status"], row["amount"]["amount"]) for row in listed] == [
        ("A common stand", "open", "12000.50")
    ]
    path = f"{circle.path}/decisions/{decision['id']}/votes"
    await circle.first["delegate"].post(path, {"choice": "no", "reason": "Too dear"})
    one = await circle.organisations[1]["delegate"].get(f"{circle.path}/proposals/{listed[0]['id']}")
    assert (one["status"], one["party_id"], one["decision_id"]) == (
        "refused",
        str(circle.parties[0]),
        decision["id"],
    )


async def test_the_amount_of_a_proposal_picks_who_decides(scene):
    circle = await scene.circle("1", "1")
    await committee(circle, "delegate", "delegate")
    await circle.agree(mandates=general())
    for amount, tier in ((None, "sponsors"), ("0", "committee"), ("50000", "committee"), ("50000.01", "sponsors")):
        money = amount and {"amount": amount, "currency": "EUR"}
        assert (await propose(circle, amount=money))["tier"] == tier, amount


async def test_who_may_propose_and_what_is_refused(scene):
    circle = await scene.circle("1", "1")
    path = f"{circle.path}/proposals"
    body = {"title": "A stand", "text": "One stand"}
    status, problem = await circle.first["manager"].refused("POST", path, body)
    assert (status, problem["type"].rpartition(":")[2]) == (404, "no-charter")
    await circle.agree()
    status, problem = await circle.first["manager"].refused("POST", path, body)
    assert (status, problem["type"].rpartition(":")[2]) == (409, "no-mandate")
    await circle.agree(based_on=1, mandates=general())
    stranger = {**body, "concerns_party_id": str(circle.first.id)}
    status, problem = await circle.first["manager"].refused("POST", path, stranger)
    assert (status, problem["errors"][0]["pointer"]) == (422, "/concerns_party_id")
    assert (await circle.first.system.refused("POST", path, body))[0] == 403
    (_, observer) = (await scene.organisation("Other", "watcher")).people["watcher"]
    for method, place in (("POST", path), ("GET", path), ("GET", f"{circle.path}/committees")):
        assert (await observer.refused(method, place, body))[0] == 404


async def test_an_observer_reads_but_does_not_propose(scene):
    circle = await scene.circle("1", "1")
    await circle.agree(mandates=general())
    made = await circle.first.system.post(f"/organisations/{circle.first.id}/persons", {"name": "watcher"})
    watcher = scene.client("person", circle.first.id, made["id"])
    joined = {"person_id": made["id"], "role": "observer"}
    await circle.first["sponsor"].post(f"{circle.path}/members", joined)
    body = {"title": "A stand", "text": "One stand"}
    assert (await watcher.refused("POST", f"{circle.path}/proposals", body))[0] == 403
    assert (await watcher.get(f"{circle.path}/proposals"))["items"] == []


async def test_each_party_names_who_sits_for_it(scene):
    circle = await scene.circle("1", "1")
    made = await committee(circle, "delegate")
    path, ids = f"{circle.path}/committees/{made['id']}/seats", await members(circle)
    first, second = circle.organisations
    own = {"member_id": ids[1]["delegate"]}
    assert (await first["manager"].refused("POST", path, own))[0] == 403
    assert (await second["delegate"].refused("POST", path, own))[0] == 403
    seated = await second["sponsor"].post(path, own)
    assert [row["party_id"] for row in seated["seats"]] == [str(party) for party in circle.parties]
    status, problem = await second["sponsor"].refused("POST", path, own)
    assert (status, problem["errors"][0]["pointer"]) == (409, "/member_id")
    unknown = {"member_id": str(circle.first.id)}
    assert (await second["sponsor"].refused("POST", path, unknown))[0] == 422
    seat_of_second = f"{path}/{seated['seats'][1]['id']}"
    assert (await first["manager"].refused("DELETE", seat_of_second))[0] == 403
    after = (await second["manager"].request("DELETE", seat_of_second)).json()
    assert [row["party_id"] for row in after["seats"]] == [str(circle.parties[0])]
    assert (await second["manager"].refused("DELETE", seat_of_second))[0] == 404


async def test_a_person_takes_one_seat_though_two_ask_at_once(scene):
    circle = await scene.circle("1", "1")
    made = await committee(circle)
    ids, path = await members(circle), f"{circle.path}/committees/{made['id']}/seats"
    body = {"member_id": ids[0]["delegate"]}
    answers = await asyncio.gather(*(circle.first["manager"].request("POST", path, body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len((await circle.first["manager"].get(f"{circle.path}/committees/{made['id']}"))["seats"]) == 1


async def test_a_key_belongs_to_one_committee_though_two_ask_at_once(scene):
    circle = await scene.circle("1", "1")
    body = {"key": "steering", "name": "Steering", "purpose": "To decide"}
    path = f"{circle.path}/committees"
    answers = await asyncio.gather(*(each["manager"].request("POST", path, body) for each in circle.organisations))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert refused["errors"][0]["pointer"] == "/key"


async def test_a_committee_has_a_chair_who_sits_in_it_and_a_rhythm(scene):
    circle = await scene.circle("1", "1")
    made = await committee(circle, "delegate", "delegate", meets_every="P28D")
    path, ids = f"{circle.path}/committees/{made['id']}", await members(circle)
    changed = {"name": "Board", "purpose": "To decide", "meets_every": "P14D", "chair_id": ids[1]["delegate"]}
    after = (await circle.first["sponsor"].request("PUT", path, changed)).json()
    assert (after["name"], after["chair_id"], after["meets_every"]) == ("Board", ids[1]["delegate"], "P14D")
    absent = {**changed, "chair_id": ids[0]["sponsor"]}
    status, problem = await circle.first["sponsor"].refused("PUT", path, absent)
    assert (status, problem["errors"][0]["pointer"]) == (422, "/chair_id")
    status, problem = await circle.first["sponsor"].refused("PUT", path, {**changed, "meets_every": "P0D"})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/meets_every")
    assert (await circle.first["delegate"].refused("PUT", path, changed))[0] == 403
    assert (await circle.first["sponsor"].refused("PUT", path, changed, If_Match='"1"'))[0] == 412
    await circle.organisations[1]["sponsor"].request("DELETE", f"{circle.path}/members/{ids[1]['delegate']}")
    left = await circle.first["sponsor"].get(path)
    assert (left["chair_id"], len(left["seats"])) == (None, 1)


async def test_a_committee_is_dissolved_once_no_mandate_names_it(scene):
    circle = await scene.circle("1", "1")
    made = await committee(circle, "delegate", "delegate")
    path = f"{circle.path}/committees/{made['id']}"
    await circle.agree(mandates=general())
    assert (await circle.first["sponsor"].get(path))["mandates"] == ["general-committee"]
    status, problem = await circle.first["sponsor"].refused("DELETE", path)
    assert (status, problem["type"].rpartition(":")[2]) == (409, "committee-needed")
    await circle.agree(based_on=1, mandates=mandates())
    assert (await circle.first["delegate"].refused("DELETE", path))[0] == 403
    assert (await circle.first["sponsor"].request("DELETE", path)).status_code == 204
    assert (await circle.first["sponsor"].refused("GET", path))[0] == 404
    assert (await committee(circle, "manager"))["id"] != made["id"]


async def test_who_joins_or_leaves_the_committee_counts_only_in_later_decisions(scene):
    circle = await scene.circle("1", "1", "1")
    made = await committee(circle, "delegate", "delegate", "delegate")
    await circle.agree(mandates=general())
    decision = await propose(circle)
    gone = next(row for row in made["seats"] if row["party_id"] == str(circle.parties[0]))
    await circle.first["manager"].request("DELETE", f"{circle.path}/committees/{made['id']}/seats/{gone['id']}")
    await seat(circle, made, "manager")
    path, body = f"{circle.path}/decisions/{decision['id']}/votes", {"choice": "yes"}
    status, problem = await circle.first["manager"].refused("POST", path, body)
    assert (status, problem["type"].rpartition(":")[2]) == (403, "not-an-elector")
    after = await circle.first["delegate"].post(path, body)
    assert after["tally"]["weight"] == {"yes": "1", "no": "0", "abstain": "0", "electorate": "3"}
    assert (await read(circle, decision["id"]))["electorate"] == decision["electorate"]
    later = {row["person_id"] for row in (await propose(circle))["electorate"]}
    assert str(circle.first.id_of("manager")) in later
    assert str(circle.first.id_of("delegate")) not in later


async def test_a_member_who_left_and_came_back_may_be_seated_again(scene):
    circle = await scene.circle("1", "1")
    made = await committee(circle, "delegate", "delegate")
    ids, first = await members(circle), circle.first
    await first["sponsor"].request("DELETE", f"{circle.path}/members/{ids[0]['delegate']}")
    joined = {"person_id": str(first.id_of("delegate")), "role": "committee_member"}
    await first["sponsor"].post(f"{circle.path}/members", joined)
    assert len((await seat(circle, made, "delegate"))["seats"]) == 2


async def test_the_sponsors_decide_where_the_committee_is_empty_or_was_never_set_up(scene):
    circle = await scene.circle("1", "1")
    await circle.agree(mandates=general())
    decision = await propose(circle)
    assert (decision["mandated_tier"], decision["tier"], decision["committee_id"]) == ("committee", "sponsors", None)
    await committee(circle)
    assert (await propose(circle))["tier"] == "sponsors"


async def test_committees_are_hidden_from_others(scene):
    circle, other = await scene.circle("1", "1"), await scene.circle("1", "1")
    made = await committee(circle, "delegate", "delegate")
    for path in ("/committees", f"/committees/{made['id']}", "/committees/findings", "/delegations", "/decisions/log"):
        assert (await other.first["sponsor"].refused("GET", f"{circle.path}{path}"))[0] == 404
    assert (await other.first["sponsor"].refused("GET", f"{other.path}/committees/{made['id']}"))[0] == 404
