"""Risks: entered, looked at again, and told of when they come to pass."""

from objectives.lifecycle import member_id, risk_body
from objectives.parties import ROLES

from entente_shared.ids import new_id


async def entered(circle, **changes):
    return await circle.first["manager"].post(f"{circle.path}/risks", await risk_body(circle, **changes))


async def look(circle, **changes):
    body = {**await risk_body(circle), "review_due_at": "2026-06-01T00:00:00Z", **changes}
    return {name: body[name] for name in body if name != "title"}


async def test_a_risk_is_entered_and_every_look_at_it_kept(scene):
    circle = await scene.circle("1", "1")
    risk = await entered(circle)
    assert (risk["exposure"], risk["level"], risk["status"]) == (12, "high", "open")
    partner = circle.organisations[1]
    owner = await member_id(circle, partner, "delegate")
    path = f"{circle.path}/risks/{risk['id']}"
    body = await look(circle, probability=1, impact=4, owner_member_id=owner, note="The first van came")
    seen = await partner["delegate"].post(f"{path}/reviews", body)
    assert (seen["exposure"], seen["level"], seen["owner_member_id"]) == (4, "moderate", owner)
    history = (await circle.first["delegate"].get(f"{path}/reviews"))["items"]
    assert [(each["probability"], each["impact"], each["note"]) for each in history] == [
        (3, 4, None),
        (1, 4, "The first van came"),
    ]
    assert [each["party_id"] for each in history] == [str(party) for party in circle.parties]
    stale = await circle.first["manager"].refused("POST", f"{path}/reviews", body, If_Match='"1"')
    assert stale[0] == 412


async def test_the_matrix_shows_where_the_standing_risks_lie(scene):
    circle = await scene.circle("1", "1")
    await entered(circle)
    await entered(circle, title="The A6 is closed")
    extreme = await entered(circle, title="The law changes", probability=5, impact=5)
    closed = await entered(circle, title="The van breaks", probability=1, impact=1)
    body = await look(circle, probability=1, impact=1, closes=True, note="Sold")
    done = await circle.first["manager"].post(f"{circle.path}/risks/{closed['id']}/reviews", body)
    assert (extreme["level"], done["status"]) == ("extreme", "closed")
    matrix = await circle.organisations[1]["delegate"].get(f"{circle.path}/risk-matrix")
    assert (len(matrix["cells"]), matrix["probabilities"][0], matrix["impacts"][-1]) == (25, "rare", "severe")
    filled = [(cell["probability"], cell["impact"], cell["count"]) for cell in matrix["cells"] if cell["count"]]
    assert filled == [(3, 4, 2), (5, 5, 1)]
    assert len((await circle.first["manager"].get(f"{circle.path}/risks?status=open"))["items"]) == 3
    for address in ("reviews", "occurrences"):
        sent = body if address == "reviews" else {"description": "x"}
        path = f"{circle.path}/risks/{closed['id']}/{address}"
        status, problem = await circle.first["manager"].refused("POST", path, sent)
        assert (status, problem["type"]) == (409, "urn:entente:problem:risk-closed")


async def test_a_risk_that_comes_to_pass_is_told_of_each_time(scene):
    circle = await scene.circle("1", "1")
    risk = await entered(circle)
    path = f"{circle.path}/risks/{risk['id']}"
    first = await circle.organisations[1]["delegate"].post(
        f"{path}/occurrences", {"description": "The maker is six weeks late."}
    )
    await circle.first["manager"].post(f"{path}/occurrences", {"description": "And now the second van."})
    told = await circle.heard("risk_occurred", 2)
    assert told[0].data["occurrence_id"] == first["id"]
    assert told[0].data["reported_by"] == str(circle.parties[1])
    assert told[0].data["owner_party_id"] == str(circle.parties[0])
    assert (told[0].data["probability"], told[0].data["impact"]) == (3, 4)
    assert told[0].received.correlation_id != told[1].received.correlation_id
    assert (await circle.first["manager"].get(path))["status"] == "occurred"
    items = (await circle.first["manager"].get(f"{path}/occurrences"))["items"]
    assert [each["description"] for each in items] == ["The maker is six weeks late.", "And now the second van."]


async def test_a_risk_must_make_sense_and_is_its_partnerships_alone(scene):
    circle = await scene.circle("1", "1")
    path, manager = f"{circle.path}/risks", circle.first["manager"]
    for changes, pointer in (
        ({"probability": 6}, "/probability"),
        ({"impact": 0}, "/impact"),
        ({"review_due_at": "2026-01-01T00:00:00Z"}, "/review_due_at"),
        ({"owner_member_id": str(new_id())}, "/owner_member_id"),
        ({"objective_id": str(new_id())}, "/objective_id"),
        ({"response": "ignore"}, "/response"),
    ):
        status, problem = await manager.refused("POST", path, await risk_body(circle, **changes))
        assert (status, problem["errors"][0]["pointer"]) == (422, pointer)
    observer = await circle.first.system.post(f"/organisations/{circle.first.id}/persons", {"name": "Guest"})
    await manager.post(f"{circle.path}/members", {"person_id": observer["id"], "role": "observer"})
    guest = scene.client("person", circle.first.id, observer["id"])
    assert (await guest.refused("POST", path, await risk_body(circle)))[0] == 403
    assert (await guest.get(path))["items"] == []
    risk = await entered(circle)
    stranger = await scene.organisation("Stranger", *ROLES)
    for address in ("", f"/{risk['id']}", f"/{risk['id']}/reviews", f"/{risk['id']}/occurrences"):
        assert (await stranger["sponsor"].refused("GET", f"{path}{address}"))[0] == 404
    assert (await stranger["sponsor"].refused("GET", f"{circle.path}/risk-matrix"))[0] == 404
    other = await scene.circle("1", "1")
    assert (await other.first["manager"].refused("GET", f"{other.path}/risks/{risk['id']}"))[0] == 404
