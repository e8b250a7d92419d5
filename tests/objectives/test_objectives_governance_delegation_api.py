"""Votes that a colleague casts: delegated for a time or in a domain, frozen when a decision opens."""

import asyncio

from objectives.committees import committee, general, members, propose, seat
from objectives.lifecycle import held_up
from support.waiting import eventually

END = "2026-06-01T00:00:00Z"


async def prepared(scene, *weights):
    """A partnership of which each party's delegate sits in the committee, and the first party's manager too."""
    circle = await scene.circle(*(weights or ("1", "1", "1")))
    made = await committee(circle, *(["delegate"] * len(circle.organisations)))
    await seat(circle, made, "manager")
    await circle.agree(mandates=general())
    return circle


async def delegate(circle, to, who="delegate", by=0, **changes):
    organisation = circle.organisations[by]
    body = {"delegate_id": str(organisation.id_of(to)), "ends_at": END, **changes}
    return await organisation[who].post(f"{circle.path}/delegations", body)


async def vote(circle, decision, who, choice="yes", by=0):
    path = f"{circle.path}/decisions/{decision['id']}/votes"
    return await circle.organisations[by][who].post(path, {"choice": choice})


def voters(decision):
    return {row["person_id"]: row["voter_id"] for row in decision["electorate"]}


async def test_a_delegate_casts_both_votes_and_nobody_counts_twice(scene):
    circle = await prepared(scene)
    first = circle.first
    await delegate(circle, "manager")
    decision = await propose(circle)
    mine, theirs = str(first.id_of("delegate")), str(first.id_of("manager"))
    assert (voters(decision)[mine], voters(decision)[theirs]) == (theirs, theirs)
    path = f"{circle.path}/decisions/{decision['id']}/votes"
    status, problem = await first["delegate"].refused("POST", path, {"choice": "no"})
    assert (status, problem["type"].rpartition(":")[2]) == (403, "not-an-elector")
    after = await vote(circle, decision, "manager")
    assert after["tally"]["weight"] == {"yes": "1", "no": "0", "abstain": "0", "electorate": "3"}
    assert {(row["person_id"], row["cast_by"]) for row in after["votes"]} == {(mine, theirs), (theirs, theirs)}
    again = await vote(circle, decision, "manager", "no")
    assert again["tally"]["weight"] == {"yes": "0", "no": "1", "abstain": "0", "electorate": "3"}
    kept = (await first["sponsor"].get(path))["items"]
    assert [row["choice"] for row in kept if row["replaced_at"] is None] == ["no", "no"]
    assert len(kept) == 4
    opened = (await circle.heard("decision_opened"))[-1].data["electorate"]
    assert {row["person_id"]: row["voter_id"] for row in opened} == voters(decision)


async def test_who_does_not_sit_in_the_committee_may_hold_a_vote_too(scene):
    circle = await prepared(scene, "1", "1")
    await delegate(circle, "sponsor", by=1)
    decision = await propose(circle)
    after = await vote(circle, decision, "sponsor", by=1)
    assert after["tally"]["party"] == {"yes": "1", "no": "0", "abstain": "0", "electorate": "2"}
    second = circle.organisations[1]
    assert [(row["person_id"], row["cast_by"]) for row in after["votes"]] == [
        (str(second.id_of("delegate")), str(second.id_of("sponsor")))
    ]


async def test_taking_a_vote_back_changes_only_later_decisions(scene):
    circle = await prepared(scene)
    made = await delegate(circle, "manager")
    decision = await propose(circle)
    path = f"{circle.path}/delegations/{made['id']}"
    assert (await circle.first["manager"].refused("DELETE", path))[0] == 403
    assert (await circle.first["delegate"].refused("DELETE", path, If_Match='"7"'))[0] == 412
    revoked = (await circle.first["delegate"].request("DELETE", path)).json()
    assert revoked["revoked_at"] is not None
    votes = f"{circle.path}/decisions/{decision['id']}/votes"
    assert (await circle.first["delegate"].refused("POST", votes, {"choice": "yes"}))[0] == 403
    assert len((await vote(circle, decision, "manager"))["votes"]) == 2
    later = await propose(circle)
    assert all(person == voter for person, voter in voters(later).items())
    await vote(circle, later, "delegate")


async def test_a_delegation_holds_for_its_time_and_domain(scene):
    circle = await prepared(scene)
    mine, theirs = (str(circle.first.id_of(name)) for name in ("delegate", "manager"))
    await delegate(circle, "manager", starts_at="2026-02-01T00:00:00Z", ends_at="2026-03-01T00:00:00Z")
    assert voters(await propose(circle))[mine] == mine
    await circle.advance("2026-02-01T00:00:00Z")
    assert voters(await propose(circle))[mine] == theirs
    await circle.advance("2026-03-01T00:00:00Z")
    assert voters(await propose(circle))[mine] == mine
    await delegate(circle, "manager", domain="adjustment", ends_at=None)
    assert voters(await propose(circle))[mine] == mine
    await delegate(circle, "manager", domain="general", ends_at=None)
    assert voters(await propose(circle))[mine] == theirs


async def test_votes_are_not_passed_on_nor_given_away_twice(scene):
    circle = await prepared(scene)
    await delegate(circle, "manager")
    path = f"{circle.path}/delegations"
    refusals = [
        ("delegate", "sponsor", None),  # has given the vote away already
        ("manager", "sponsor", None),  # holds a colleague's vote
        ("sponsor", "delegate", "/delegate_id"),  # their own vote is with the manager
    ]
    for who, to, pointer in refusals:
        body = {"delegate_id": str(circle.first.id_of(to)), "ends_at": END}
        status, problem = await circle.first[who].refused("POST", path, body)
        assert (status, problem["type"].rpartition(":")[2]) == (409, "delegation-clash"), who
        assert pointer is None or problem["errors"][0]["pointer"] == pointer
    await delegate(circle, "manager", who="sponsor")  # one colleague may hold several votes


async def test_delegations_at_once_make_no_chain(scene):
    circle = await prepared(scene)
    path, first = f"{circle.path}/delegations", circle.first
    pairs = [("delegate", "manager"), ("manager", "sponsor"), ("sponsor", "delegate")]
    async with held_up(scene, "party", circle.parties[0]) as waiting:
        asked = [
            asyncio.create_task(first[who].request("POST", path, {"delegate_id": str(first.id_of(to)), "ends_at": END}))
            for who, to in pairs
        ]
        await eventually(lambda: waiting(len(pairs)))
        await waiting(None)
    answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_a_vote_goes_to_a_colleague_of_ones_own_party_for_a_time(scene):
    circle = await prepared(scene)
    path, first = f"{circle.path}/delegations", circle.first
    wrong = [
        ({"delegate_id": str(circle.organisations[1].id_of("delegate")), "ends_at": END}, "/delegate_id"),
        ({"delegate_id": str(first.id_of("delegate")), "ends_at": END}, "/delegate_id"),
        ({"delegate_id": str(first.id_of("manager"))}, "/ends_at"),
        ({"delegate_id": str(first.id_of("manager")), "ends_at": "2025-12-31T00:00:00Z"}, "/ends_at"),
    ]
    for body, pointer in wrong:
        status, problem = await first["delegate"].refused("POST", path, body)
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer), body
    assert (await first.system.refused("POST", path, wrong[0][0]))[0] == 403
    assert (await first["delegate"].get(path))["items"] == []


async def test_a_vote_returns_to_its_elector_when_the_delegate_has_left(scene):
    circle = await prepared(scene)
    await delegate(circle, "manager")
    leaving = (await members(circle))[0]["manager"]
    await circle.first["sponsor"].request("DELETE", f"{circle.path}/members/{leaving}")
    decision = await propose(circle, who="sponsor")
    mine = str(circle.first.id_of("delegate"))
    assert voters(decision)[mine] == mine
    listed = await circle.organisations[1]["sponsor"].get(f"{circle.path}/delegations?person_id={mine}")
    assert [row["delegate_id"] for row in listed["items"]] == [str(circle.first.id_of("manager"))]
