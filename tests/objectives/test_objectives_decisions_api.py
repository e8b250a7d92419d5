"""From a proposed adjustment to a decision: mandates, votes, vetoes and time."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from objectives.parties import START, mandate, mandates

from entente_shared.events import Money
from entente_shared.events.resources import AdjustmentProposed
from entente_shared.ids import new_id

VETO = {"grounds": ["safety"], "window": "P7D"}


def proposed(circle, amount):
    return AdjustmentProposed(
        partnership_id=circle.id,
        adjustment_id=new_id(),
        deviation_id=new_id(),
        kpi_id=new_id(),
        changes=[],
        parties=[],
        gap=-4.0,
        expected_effect=-5.0,
        horizon=timedelta(days=60),
        amount=Money(amount=Decimal(amount), currency="EUR") if amount else None,
        churn=2.0,
        churn_budget=100.0,
        levers=["patrols"],
        alternatives=[],
        penalty=0.0,
        event_time=START,
        certificate={},
        rule_version="A8/1",
    )


async def opened(circle, amount="20000", **committee):
    """A decision on an adjustment, as it is shown once it was opened."""
    await circle.agree(mandates=mandates(**committee))
    return await opened_again(circle, amount)


async def opened_again(circle, amount="20000"):
    event = proposed(circle, amount)
    await circle.producers.tell(event, correlation_id=new_id())
    path = f"{circle.path}/decisions?subject_id={event.adjustment_id}"
    return (await circle.first["sponsor"].eventually(path, lambda page: page["items"]))["items"][0]


async def vote(circle, decision, *choices, who="delegate"):
    """The parties' committee members vote in turn (None: silent); returns the decision after the last vote."""
    for organisation, choice in zip(circle.organisations, choices, strict=False):
        if choice:
            decision = await organisation[who].post(
                f"{circle.path}/decisions/{decision['id']}/votes", {"choice": choice}
            )
    return decision


async def taken(circle, status):
    told = (await circle.heard("decision_taken"))[-1]
    assert told.data["outcome"] == status
    return told


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


async def test_a_decision_expires_on_the_partnerships_clock(scene):
    circle = await scene.circle()
    decision = await opened(circle)
    await vote(circle, decision, "yes")
    await circle.advance("2026-06-01T00:00:00Z")
    told = await taken(circle, "expired")
    assert told.data["taken_at"] == decision["expires_at"] == "2026-01-31T00:00:00Z"
    status, _ = await circle.first["delegate"].refused(
        "POST", f"{circle.path}/decisions/{decision['id']}/votes", {"choice": "yes"}
    )
    assert status == 409


async def test_what_enough_people_approved_is_approved_at_its_expiry(scene):
    circle = await scene.circle()
    decision = await opened(circle, quorum=0.3)
    after = await vote(circle, decision, "yes")  # 0.4 of the weight and 1/3 of the parties took part
    assert after["status"] == "open"
    await circle.advance("2026-02-01T00:00:00Z")
    assert (await taken(circle, "approved")).data["taken_at"] == "2026-01-31T00:00:00Z"


async def test_an_approval_is_final_only_after_the_veto_window(scene):
    circle = await scene.circle()
    decision = await opened(circle, veto=VETO)
    after = await vote(circle, decision, "yes", "yes")
    assert (after["status"], after["taken_at"], after["veto_until"]) == ("passed", None, "2026-01-08T00:00:00Z")
    assert not [
        told
        for told in circle.producers.told
        if told.name == "decision_taken" and told.received.partnership_id == circle.id
    ]
    await circle.advance("2026-01-20T00:00:00Z")
    assert (await taken(circle, "approved")).data["taken_at"] == "2026-01-08T00:00:00Z"


async def test_a_veto_on_a_listed_ground_ends_what_the_votes_had_passed(scene):
    circle = await scene.circle()
    decision = await opened(circle, veto=VETO)
    await vote(circle, decision, "yes", "yes")
    path = f"{circle.path}/decisions/{decision['id']}/vetoes"
    body = {"ground": "safety", "reason": "The patrols would leave the school roads"}
    loser = circle.organisations[2]
    assert (await loser["manager"].refused("POST", path, body))[0] == 403
    assert (await loser.system.refused("POST", path, body))[0] == 403
    status, problem = await loser["sponsor"].refused("POST", path, {**body, "ground": "taste"})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/ground")
    vetoed = await loser["sponsor"].post(path, body)
    assert (vetoed["status"], vetoed["veto"]["ground"], vetoed["veto"]["party_id"]) == (
        "vetoed",
        "safety",
        str(circle.parties[2]),
    )
    assert (await taken(circle, "vetoed")).data["grounds"] == "safety"
    assert (await loser["sponsor"].refused("POST", path, body))[0] == 409
    await circle.advance("2026-03-01T00:00:00Z")
    again = await circle.first["sponsor"].get(f"{circle.path}/decisions/{decision['id']}")
    assert again["status"] == "vetoed"


async def test_a_veto_comes_too_late_after_its_window(scene):
    circle = await scene.circle()
    decision = await opened(circle, veto=VETO)
    await circle.advance("2026-01-08T00:00:00Z")
    path = f"{circle.path}/decisions/{decision['id']}/vetoes"
    body = {"ground": "safety", "reason": "late"}
    assert (await circle.first["sponsor"].refused("POST", path, body))[0] == 409
    assert (await vote(circle, decision, "yes", "yes"))["status"] == "approved"


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
