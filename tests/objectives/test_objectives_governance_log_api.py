"""The decision log, with dissent and its reasons, and what a reading of how the partnership decides finds."""

from objectives.charters import mandate, mandates
from objectives.committees import committee, general, members, propose, seat
from objectives.decisions import opened_again


async def vote(circle, decision, *choices):
    """The parties' delegates vote in turn: `"yes"`, `("no", "why")` or None."""
    for organisation, choice in zip(circle.organisations, choices, strict=False):
        if choice:
            said = (
                {"choice": choice} if isinstance(choice, str) else dict(zip(("choice", "reason"), choice, strict=True))
            )
            path = f"{circle.path}/decisions/{decision['id']}/votes"
            decision = await organisation["delegate"].post(path, said)
    return decision


async def prepared(scene, *weights):
    circle = await scene.circle(*(weights or ("1", "1", "1")))
    await committee(circle, *(["delegate"] * len(circle.organisations)))
    await circle.agree(mandates=general())
    return circle


async def log(circle, query=""):
    return (await circle.organisations[-1]["sponsor"].get(f"{circle.path}/decisions/log{query}"))["items"]


async def test_the_log_says_what_was_taken_and_who_dissented_why(scene):
    circle = await prepared(scene)
    decision = await propose(circle, title="A common stand")
    assert await log(circle) == []
    await vote(circle, decision, ("no", "Too dear"), "yes", "yes")
    (entry,) = await log(circle)
    assert (entry["title"], entry["decision"]["status"]) == ("A common stand", "approved")
    assert entry["decision"]["tally"]["party"] == {"yes": "2", "no": "1", "abstain": "0", "electorate": "3"}
    dissenter = str(circle.first.id_of("delegate"))
    assert entry["dissents"] == [
        {
            "person_id": dissenter,
            "party_id": str(circle.parties[0]),
            "elector_ids": [dissenter],
            "reason": "Too dear",
            "statement": None,
            "recorded_at": None,
        }
    ]
    assert entry["reasons_awaited"] == []


async def test_who_voted_no_and_lost_is_asked_for_the_reason_and_may_state_it_once(scene):
    circle = await prepared(scene)
    decision = await propose(circle)
    path, body = f"{circle.path}/decisions/{decision['id']}/dissents", {"reason": "The fair brought in nothing"}
    status, problem = await circle.first["delegate"].refused("POST", path, body)
    assert (status, problem["type"].rpartition(":")[2]) == (409, "nothing-lost")
    await vote(circle, decision, "no", "yes", "yes")
    dissenter = str(circle.first.id_of("delegate"))
    assert (await log(circle))[0]["reasons_awaited"] == [dissenter]
    for who in (circle.organisations[1]["delegate"], circle.first["sponsor"], circle.first.system):
        assert (await who.refused("POST", path, body))[0] == 403
    assert (await circle.first["delegate"].refused("POST", path, body, If_Match='"1"'))[0] == 412
    await circle.advance("2026-01-05T00:00:00Z")
    await circle.first["delegate"].post(path, body)
    (entry,) = await log(circle)
    assert entry["reasons_awaited"] == []
    assert (entry["dissents"][0]["statement"], entry["dissents"][0]["recorded_at"]) == (
        "The fair brought in nothing",
        "2026-01-05T00:00:00Z",
    )
    status, problem = await circle.first["delegate"].refused("POST", path, {"reason": "On second thoughts"})
    assert (status, problem["type"].rpartition(":")[2]) == (409, "dissent-recorded")
    assert (await log(circle))[0]["dissents"] == entry["dissents"]


async def test_no_reason_is_asked_for_a_no_that_won(scene):
    circle = await prepared(scene)
    await vote(circle, await propose(circle), "no", "no")
    (entry,) = await log(circle)
    assert (entry["decision"]["status"], entry["dissents"], entry["reasons_awaited"]) == ("refused", [], [])


async def test_the_log_is_newest_first_in_pages_and_filtered(scene):
    circle = await prepared(scene)
    first, second, third = [await propose(circle, title=title) for title in ("first", "second", "third")]
    await vote(circle, second, "yes", "yes")
    await circle.advance("2026-01-03T00:00:00Z")
    await vote(circle, third, "no", "no")
    await vote(circle, first, "yes", "yes")
    await circle.advance("2026-01-06T00:00:00Z")
    automatic = await opened_again(circle, "10")
    ids = [automatic["id"], *sorted((first["id"], third["id"]), reverse=True), second["id"]]
    assert [entry["decision"]["id"] for entry in await log(circle)] == ids
    reader, path, seen = circle.first["delegate"], f"{circle.path}/decisions/log?limit=1", []
    page = await reader.get(path)
    while True:
        seen += [entry["decision"]["id"] for entry in page["items"]]
        if page["next_cursor"] is None:
            break
        page = await reader.get(f"{path}&cursor={page['next_cursor']}")
    assert seen == ids
    expected = {
        "?domain=adjustment": {automatic["id"]},
        "?domain=general&outcome=approved": {first["id"], second["id"]},
        "?outcome=refused": {third["id"]},
        "?outcome=vetoed": set(),
        "?from=2026-01-03T00:00:00Z&to=2026-01-06T00:00:00Z": {first["id"], third["id"]},
        "?to=2026-01-03T00:00:00Z": {second["id"]},
    }
    for query, wanted in expected.items():
        assert {entry["decision"]["id"] for entry in await log(circle, query)} == wanted, query
    for wrong in ("?domain=taste", "?outcome=open", "?from=yesterday", "?cursor=x"):
        assert (await reader.refused("GET", f"{circle.path}/decisions/log{wrong}"))[0] == 422, wrong


async def findings(circle, language="en"):
    response = await circle.first["sponsor"].request(
        "GET", f"{circle.path}/committees/findings", Accept_Language=language
    )
    return response.json()["items"]


def kinds(found):
    return sorted({row["kind"] for row in found})


async def test_a_sound_partnership_has_no_findings(scene):
    circle = await scene.circle("1", "1", "1")
    made = await committee(circle, "delegate", "delegate", "delegate", meets_every="P14D")
    chair = {"name": "Steering", "purpose": "To decide", "meets_every": "P14D"}
    path, ids = f"{circle.path}/committees/{made['id']}", await members(circle)
    await circle.first["sponsor"].request("PUT", path, {**chair, "chair_id": ids[0]["delegate"]})
    await circle.agree(mandates=general())
    assert await findings(circle) == []


async def test_a_committee_that_leaves_a_party_out_or_gives_one_the_majority_is_found(scene):
    circle = await scene.circle("0.7", "0.2", "0.1")
    made = await committee(circle, "delegate", "delegate")
    await circle.agree(mandates=general())
    found = [row for row in await findings(circle) if row["committee_id"] == made["id"]]
    by_kind = {row["kind"]: row for row in found}
    assert kinds(found) == ["majority_of_one", "no_chair", "voteless_party"]
    assert by_kind["voteless_party"]["party_id"] == str(circle.parties[2])
    assert circle.organisations[2].name in by_kind["voteless_party"]["text"]
    assert by_kind["majority_of_one"]["party_id"] == str(circle.parties[0])
    known = await seat(circle, made, None, None, "delegate")
    assert len(known["seats"]) == 3
    found = [row for row in await findings(circle) if row["committee_id"] == made["id"]]
    assert kinds(found) == ["majority_of_one", "no_chair"]


async def test_a_committee_larger_than_seven_is_found_with_the_source_of_the_limit(scene):
    circle = await scene.circle("1", "1", "1")
    made = await committee(circle, "delegate", "delegate", "delegate")
    for person in ("manager", "sponsor"):
        made = await seat(circle, made, person, person)
    assert len(made["seats"]) == 7
    assert "too_large" not in kinds(await findings(circle))
    await seat(circle, made, None, None, "manager")
    (large,) = [row for row in await findings(circle) if row["kind"] == "too_large"]
    assert "Blenko" in large["text"]
    assert "8" in large["text"]


async def test_mandates_that_nobody_can_use_are_found(scene):
    circle = await scene.circle("1", "1")
    await circle.agree(mandates=general())
    (missing,) = [row for row in await findings(circle) if row["kind"] == "no_such_committee"]
    assert missing["mandate_key"] == "general-committee"
    made = await committee(circle)
    (empty,) = [row for row in await findings(circle) if row["kind"] == "nobody_in_tier"]
    assert (empty["mandate_key"], empty["committee_id"]) == ("general-committee", made["id"])
    assert "sponsors" in empty["text"]
    await seat(circle, made, "delegate", "delegate")
    assert "nobody_in_tier" not in kinds(await findings(circle))


async def test_what_cannot_be_decided_or_vetoed_in_its_time_is_found(scene):
    circle = await scene.circle("1", "1")
    made = await committee(circle, "delegate", "delegate", meets_every="P40D")
    veto = {"grounds": ["safety"], "window": "P15D", "deemed_after": "P15D"}
    await circle.agree(mandates=general(veto=veto))
    found = await findings(circle)
    (rare,) = [row for row in found if row["kind"] == "meets_too_rarely"]
    assert (rare["committee_id"], rare["mandate_key"]) == (made["id"], "general-committee")
    late = [row for row in found if row["kind"] == "veto_outlasts_expiry"]
    assert [row["mandate_key"] for row in late] == ["general-committee", "general-sponsors"]
    assert "36" in late[0]["text"]  # 15 working days take 21, and then the 15 of the window


async def test_a_decision_that_the_committee_should_have_met_on_is_found(scene):
    circle = await scene.circle("1", "1")
    await committee(circle, "delegate", "delegate", meets_every="P14D")
    await circle.agree(mandates=general())
    decision = await propose(circle)
    await circle.advance("2026-01-15T00:00:00Z")
    assert "decision_overdue" not in kinds(await findings(circle))
    await circle.advance("2026-01-16T00:00:00Z")
    (overdue,) = [row for row in await findings(circle) if row["kind"] == "decision_overdue"]
    assert overdue["decision_id"] == decision["id"]
    await vote(circle, decision, "yes", "yes")
    assert "decision_overdue" not in kinds(await findings(circle))


async def test_those_who_decide_by_role_are_looked_at_too(scene):
    circle = await scene.circle("1", "1")
    await circle.agree(mandates=mandates())
    ids = await members(circle)
    assert await findings(circle) == []
    await circle.first["sponsor"].request("DELETE", f"{circle.path}/members/{ids[0]['delegate']}")
    (voteless,) = await findings(circle)
    assert (voteless["kind"], voteless["party_id"], voteless["committee_id"]) == (
        "voteless_party",
        str(circle.parties[0]),
        None,
    )


async def test_an_amended_charter_is_what_the_findings_are_about(scene):
    circle = await scene.circle("1", "1")
    await circle.agree(mandates=general())
    assert "no_such_committee" in kinds(await findings(circle))
    await circle.agree(based_on=1, mandates=[mandate("sponsors"), mandate("sponsors", domain="rebaseline")])
    assert await findings(circle) == []
