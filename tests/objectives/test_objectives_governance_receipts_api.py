"""Veto windows that run from each party's own receipt of the outcome, and decisions that concern a party."""

import asyncio

from objectives.charters import START
from objectives.committees import committee, general, propose, read
from objectives.decisions import taken

# Thursday 1 January 2026 plus three working days is Tuesday the 6th; the window ends a week later.
VETO = {"grounds": ["safety"], "window": "P7D", "deemed_after": "P3D"}
DEEMED, LAST = "2026-01-06T00:00:00Z", "2026-01-13T00:00:00Z"
BODY = {"ground": "safety", "reason": "The stand stands in the emergency exit"}


async def passed(scene, *weights, veto=VETO, **changes):
    """A decision that the votes passed at the start, by yes of all but the last."""
    circle = await scene.circle(*(weights or ("1", "1", "1")))
    await committee(circle, *(["delegate"] * len(circle.organisations)))
    await circle.agree(mandates=general(veto=veto))
    decision = await propose(circle, **changes)
    for organisation in circle.organisations[:-1]:
        decision = await organisation["delegate"].post(
            f"{circle.path}/decisions/{decision['id']}/votes", {"choice": "yes"}
        )
    return circle, decision, f"{circle.path}/decisions/{decision['id']}"


def windows(decision):
    return {row["party_id"]: row["veto_until"] for row in decision["notices"]}


async def test_a_party_that_confirms_no_receipt_counts_as_told_after_the_working_days(scene):
    circle, decision, _ = await passed(scene)
    assert (decision["status"], decision["passed_at"], decision["veto_until"]) == ("passed", START, LAST)
    assert {row["deemed_at"] for row in decision["notices"]} == {DEEMED}
    assert windows(decision) == {str(party): LAST for party in circle.parties}
    await circle.advance("2026-02-20T00:00:00Z")
    assert (await taken(circle, "approved")).data["taken_at"] == LAST


async def test_a_partys_own_window_runs_from_its_own_receipt(scene):
    circle, _, path = await passed(scene)
    first, second, third = circle.organisations
    await circle.advance("2026-01-02T00:00:00Z")
    after = await first["manager"].post(f"{path}/receipts", None)
    await circle.advance("2026-01-03T00:00:00Z")
    after = await second["delegate"].post(f"{path}/receipts", None)
    early = dict(zip(map(str, circle.parties), ("2026-01-09T00:00:00Z", "2026-01-10T00:00:00Z", LAST), strict=True))
    assert (windows(after), after["veto_until"]) == (early, LAST)
    await circle.advance("2026-01-09T00:00:00Z")
    status, problem = await first["sponsor"].refused("POST", f"{path}/vetoes", BODY)
    assert (status, problem["type"].rpartition(":")[2]) == (409, "veto-unavailable")
    assert (await second["sponsor"].post(f"{path}/vetoes", BODY))["status"] == "vetoed"
    assert (await taken(circle, "vetoed")).data["grounds"] == "safety"
    assert (await third["sponsor"].refused("POST", f"{path}/receipts", None))[0] == 409


async def test_the_last_receipt_brings_the_final_moment_forward(scene):
    circle, _, path = await passed(scene)
    await circle.advance("2026-01-02T00:00:00Z")
    answers = await asyncio.gather(
        *(each["sponsor"].request("POST", f"{path}/receipts") for each in circle.organisations)
    )
    assert {answer.status_code for answer in answers} == {201}
    after = await circle.first["sponsor"].get(path)
    assert after["veto_until"] == "2026-01-09T00:00:00Z"
    await circle.advance("2026-01-09T00:00:00Z")
    assert (await taken(circle, "approved")).data["taken_at"] == "2026-01-09T00:00:00Z"


async def test_a_receipt_after_the_party_counted_as_told_gives_it_no_more_time(scene):
    circle, _, path = await passed(scene)
    await circle.advance("2026-01-10T00:00:00Z")
    after = await circle.first["sponsor"].post(f"{path}/receipts", None)
    assert (windows(after)[str(circle.parties[0])], after["veto_until"]) == (LAST, LAST)
    given = {row["party_id"]: row["given_at"] for row in after["notices"]}
    assert given[str(circle.parties[0])] == DEEMED
    again = await circle.first["sponsor"].post(f"{path}/receipts", None)
    assert again["notices"] == after["notices"]


async def test_a_receipt_is_each_partys_own_and_changes_the_record(scene):
    circle, _, path = await passed(scene)
    response = await circle.first["sponsor"].request("GET", path)
    etag = response.headers["etag"]
    await circle.organisations[1]["sponsor"].post(f"{path}/receipts", None)
    status, _ = await circle.first["sponsor"].refused("POST", f"{path}/receipts", None, If_Match=etag)
    assert status == 412
    assert (await circle.first.system.refused("POST", f"{path}/receipts", None))[0] == 403
    stranger = await scene.circle("1", "1")
    assert (await stranger.first["sponsor"].refused("POST", f"{path}/receipts", None))[0] == 404
    received = {row["party_id"]: row["received_at"] for row in (await read(circle, path[-36:]))["notices"]}
    assert [received[str(party)] for party in circle.parties] == [None, START, None]


async def test_there_is_nothing_to_receive_before_the_votes_pass_it_or_where_receipts_do_not_count(scene):
    circle = await scene.circle("1", "1")
    await committee(circle, "delegate", "delegate")
    await circle.agree(mandates=general(veto=VETO))
    decision = await propose(circle)
    status, problem = await circle.first["sponsor"].refused(
        "POST", f"{circle.path}/decisions/{decision['id']}/receipts", None
    )
    assert (status, problem["type"].rpartition(":")[2]) == (409, "nothing-to-receive")
    fixed = {"grounds": ["safety"], "window": "P7D"}
    other, after, path = await passed(scene, veto=fixed)
    assert (after["status"], after["veto_until"], after["notices"]) == ("passed", "2026-01-08T00:00:00Z", [])
    status, problem = await other.first["sponsor"].refused("POST", f"{path}/receipts", None)
    assert (status, problem["type"].rpartition(":")[2]) == (409, "nothing-to-receive")


async def test_an_open_decision_can_be_vetoed_before_anybody_was_told(scene):
    circle = await scene.circle("1", "1")
    await committee(circle, "delegate", "delegate")
    await circle.agree(mandates=general(veto=VETO))
    decision = await propose(circle)
    assert decision["veto_until"] is None
    vetoed = await circle.first["sponsor"].post(f"{circle.path}/decisions/{decision['id']}/vetoes", BODY)
    assert vetoed["status"] == "vetoed"


async def test_what_passes_at_its_expiry_is_told_of_from_then_on(scene):
    circle = await scene.circle("1", "1")
    await committee(circle, "delegate", "delegate")
    await circle.agree(mandates=general(veto=VETO, quorum=0.3))
    decision = await propose(circle)
    await circle.first["delegate"].post(f"{circle.path}/decisions/{decision['id']}/votes", {"choice": "yes"})
    await circle.advance("2026-02-02T00:00:00Z")  # a Monday; it expired on Saturday, 31 January
    path = f"{circle.path}/decisions/{decision['id']}"
    after = await circle.first["sponsor"].eventually(path, lambda row: row["status"] == "passed")
    assert after["passed_at"] == "2026-01-31T00:00:00Z"
    assert {row["deemed_at"] for row in after["notices"]} == {"2026-02-04T00:00:00Z"}
    assert after["veto_until"] == "2026-02-11T00:00:00Z"


async def test_vetoes_and_receipts_at_once_end_a_decision_once(scene):
    circle, _, path = await passed(scene)
    answers = await asyncio.gather(
        *(each["sponsor"].request("POST", f"{path}/vetoes", BODY) for each in circle.organisations),
        *(each["delegate"].request("POST", f"{path}/receipts") for each in circle.organisations),
    )
    codes = [answer.status_code for answer in answers]
    assert sorted(codes[:3]) == [201, 409, 409]
    assert set(codes[3:]) <= {201, 409}
    await circle.advance("2026-02-20T00:00:00Z")
    await taken(circle, "vetoed")
    assert len(await circle.heard("decision_taken")) == 1
    assert (await read(circle, path[-36:]))["status"] == "vetoed"


async def test_a_party_votes_on_its_own_default_but_cannot_veto_it(scene):
    circle = await scene.circle("1", "1", "1")
    await committee(circle, "delegate", "delegate", "delegate")
    await circle.agree(mandates=general(veto=VETO))
    decision = await propose(circle, title="Party 0 is in default", concerns_party_id=str(circle.parties[0]))
    assert (decision["concerns_party_id"], len(decision["electorate"])) == (str(circle.parties[0]), 3)
    path = f"{circle.path}/decisions/{decision['id']}"
    await circle.first["sponsor"].post(f"{path}/votes", {"choice": "no"})
    status, problem = await circle.first["sponsor"].refused("POST", f"{path}/vetoes", BODY)
    assert (status, problem["type"].rpartition(":")[2]) == (403, "own-matter")
    for organisation in circle.organisations[1:]:
        after = await organisation["sponsor"].post(f"{path}/votes", {"choice": "yes"})
    assert after["status"] == "passed"
    assert set(windows(after)) == {str(party) for party in circle.parties[1:]}
    assert (await circle.first["sponsor"].refused("POST", f"{path}/vetoes", BODY))[0] == 403
    status, problem = await circle.first["sponsor"].refused("POST", f"{path}/receipts", None)
    assert (status, problem["type"].rpartition(":")[2]) == (409, "nothing-to-receive")
    vetoed = await circle.organisations[1]["sponsor"].post(f"{path}/vetoes", BODY)
    assert vetoed["status"] == "vetoed"


async def test_to_take_its_veto_from_a_party_is_not_for_a_light_tier(scene):
    circle = await scene.circle("1", "1", "1")
    await committee(circle, "delegate", "delegate", "delegate")
    await circle.agree(mandates=general())
    assert (await propose(circle))["tier"] == "committee"
    named = await propose(circle, concerns_party_id=str(circle.parties[0]))
    assert (named["mandated_tier"], named["tier"]) == ("sponsors", "sponsors")
    assert named["amount"] == {"amount": "12000", "currency": "EUR"}


async def test_where_the_mandate_says_so_a_party_does_not_vote_on_its_own_default(scene):
    circle = await scene.circle("1", "1", "1")
    await circle.agree(mandates=general(concerned_votes=False))
    decision = await propose(circle, concerns_party_id=str(circle.parties[0]))
    assert {row["party_id"] for row in decision["electorate"]} == {str(party) for party in circle.parties[1:]}
    path, body = f"{circle.path}/decisions/{decision['id']}/votes", {"choice": "no"}
    assert (await circle.first["sponsor"].refused("POST", path, body))[0] == 403
    assert len((await propose(circle, amount=None))["electorate"]) == 3


async def test_notice_is_counted_in_whole_working_days(scene):
    circle = await scene.circle("1", "1")
    for wrong in ("PT12H", "P0D", "P261D"):
        mandates = general(veto={**VETO, "deemed_after": wrong})
        body = {"mandates": mandates}
        status, problem = await _proposed(circle, body)
        assert (status, problem["errors"][0]["pointer"]) == (422, "/mandates/4/veto/deemed_after"), wrong
    mandates = general()
    mandates[-1]["committee"] = "steering"
    status, problem = await _proposed(circle, {"mandates": mandates})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/mandates/5/committee")
    mandates = general()
    mandates[-2].update(tier="automatic", committee=None)
    status, problem = await _proposed(circle, {"mandates": mandates})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/mandates/4/tier")


async def _proposed(circle, changes):
    from objectives.charters import charter

    return await circle.first["manager"].refused("POST", f"{circle.path}/charter/versions", {**charter(), **changes})
