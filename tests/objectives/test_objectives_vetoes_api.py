"""What time and objections do to a decision: expiry, the veto window, vetoes."""

from objectives.decisions import opened, taken, vote

VETO = {"grounds": ["safety"], "window": "P7D"}


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
