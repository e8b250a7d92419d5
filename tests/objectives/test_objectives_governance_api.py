"""Proposals that a committee of the charter decides on."""

from objectives.charters import START
from objectives.committees import committee, general, propose
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
