"""What no write may do to the tree: circles, levels upside down, goals that are not SMART; and who may write at all."""

import asyncio

from objectives.goals import forest, goal, members, progressed, take_on, tree

from entente_shared.ids import new_id


async def test_no_circle_is_closed_and_the_refusal_names_its_goals(scene):
    circle, owner, _ = await forest(scene)
    top = await take_on(circle, owner, statement="Roads without deaths")
    middle = await take_on(circle, owner, "strategic", "children", top["id"], statement="Cars without drunkards")
    low = await take_on(circle, owner, "strategic", "children", middle["id"], statement="Bars with night buses")
    body = {"parents": [{"goal_id": low["id"]}], "reason": "It serves that too"}
    status, problem = await circle.first["manager"].refused("PUT", f"{circle.path}/goals/{top['id']}/parents", body)
    assert (status, problem["type"]) == (409, "urn:entente:problem:goal-circle")
    assert all(f"“{each['statement']}”" in problem["detail"] for each in (top, middle, low))
    itself = {"parents": [{"goal_id": top["id"]}], "reason": "It serves itself"}
    assert (await circle.first["manager"].refused("PUT", f"{circle.path}/goals/{top['id']}/parents", itself))[0] == 409


async def test_two_moves_at_once_close_no_circle(scene):
    circle, owner, _ = await forest(scene)
    for _ in range(5):
        one, other = await take_on(circle, owner), await take_on(circle, owner)
        statuses = await asyncio.gather(
            *(
                circle.organisations[place]["manager"].request(
                    "PUT",
                    f"{circle.path}/goals/{child['id']}/parents",
                    {"parents": [{"goal_id": parent["id"]}], "reason": "It serves that"},
                )
                for place, child, parent in ((0, one, other), (1, other, one))
            )
        )
        assert sorted(response.status_code for response in statuses) == [200, 409]
    _, edges = await tree(circle)
    assert len(edges) == 5


async def test_a_goal_is_not_above_what_it_serves_nor_below_what_serves_it(scene):
    circle, owner, _ = await forest(scene)
    top = await take_on(circle, owner)
    middle = await take_on(circle, owner, "tactical", "children", top["id"])
    refused = goal(owner, "strategic", "children", middle["id"])
    status, problem = await circle.first["manager"].refused("POST", f"{circle.path}/goals", refused)
    assert (status, [each["pointer"] for each in problem["errors"]]) == (422, ["/level"])
    assert "is above its parent" in problem["detail"]
    lower = goal(owner, "operational", "qualitative", reason="It is small")
    status, problem = await circle.first["manager"].refused("PUT", f"{circle.path}/goals/{top['id']}", lower)
    assert status == 422
    assert "/level" in [each["pointer"] for each in problem["errors"]]


async def test_whoever_is_due_later_than_what_they_serve_is_told_which(scene):
    circle, owner, _ = await forest(scene)
    top = await take_on(circle, owner, statement="Roads without deaths")
    late = goal(owner, "tactical", "qualitative", top["id"], due_at="2027-01-01T00:00:00Z")
    status, problem = await circle.first["manager"].refused("POST", f"{circle.path}/goals", late)
    assert (status, problem["errors"][0]["pointer"]) == (422, "/due_at")
    assert "“Roads without deaths”" in problem["detail"]
    await take_on(circle, owner, "tactical", "qualitative", top["id"])
    sooner = goal(owner, statement="Roads without deaths", due_at="2026-03-01T00:00:00Z", reason="Soon")
    assert (await circle.first["manager"].refused("PUT", f"{circle.path}/goals/{top['id']}", sooner))[0] == 422


async def test_a_goal_is_tried_without_being_stored_and_every_finding_says_what_to_change(scene):
    circle, owner, objectives = await forest(scene, "drivers")
    path, manager = f"{circle.path}/goals/validations", circle.first["manager"]
    empty = await manager.post(path, {"goal": {}})
    assert empty["acceptable"] is False
    assert [(each["criterion"], each["pointer"]) for each in empty["findings"]] == [
        ("specific", "/statement"),
        ("specific", "/owner_member_id"),
        ("measurable", "/measure"),
        ("relevant", "/level"),
        ("time_bound", "/due_at"),
    ]
    measured = goal(owner, "strategic", "quantitative", objective_id=objectives["drivers"]["id"])
    tried = await manager.post(path, {"goal": measured})
    assert tried["acceptable"] is True
    assert [(each["criterion"], each["severity"]) for each in tried["findings"]] == [
        ("achievable", "advice"),
        ("time_bound", "advice"),
    ]
    await circle.advance("2026-07-01T00:00:00Z")
    await progressed(circle, objectives["drivers"], 0.1, at="2026-06-30T00:00:00Z")
    slow = (await manager.post(path, {"goal": {**measured, "due_at": "2027-01-01T00:00:00Z"}}))["findings"]
    assert [each["criterion"] for each in slow] == ["achievable"]
    assert "98" in slow[0]["detail"]
    assert (await tree(circle))[0] == {}


async def test_a_batch_is_taken_on_whole_or_not_at_all_and_its_goals_may_serve_one_another(scene):
    circle, owner, _ = await forest(scene)
    path, manager = f"{circle.path}/goals/batches", circle.first["manager"]
    rows = [
        {"ref": "leaf", **goal(owner, "operational", "qualitative"), "parents": [{"ref": "top", "weight": 2.0}]},
        {"ref": "top", **goal(owner)},
    ]
    made = {row["ref"]: row["id"] for row in (await manager.post(path, {"goals": rows}))["goals"]}
    _, edges = await tree(circle)
    assert edges == [{"parent_id": made["top"], "child_id": made["leaf"], "weight": 2.0}]
    wrong = [
        {"ref": "fine", **goal(owner)},
        {"ref": "lost", **goal(owner, "tactical", "qualitative"), "parents": [{"ref": "nobody"}]},
        {"ref": "mute", **goal(owner, statement="Better", due_at="2025-01-01T00:00:00Z")},
    ]
    status, problem = await manager.refused("POST", path, {"goals": wrong})
    assert (status, [each["pointer"] for each in problem["errors"]]) == (
        422,
        ["/goals/1/parents/0/goal_id", "/goals/2/statement", "/goals/2/due_at"],
    )
    assert len((await tree(circle))[0]) == 2
    neither = [{"ref": "a", **goal(owner, "tactical", "qualitative"), "parents": [{"weight": 1.0}]}]
    status, problem = await manager.refused("POST", path, {"goals": neither})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/goals/0/parents/0")
    twice = [{"ref": "same", **goal(owner)}, {"ref": "same", **goal(owner)}]
    status, problem = await manager.refused("POST", path, {"goals": twice})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/goals/1/ref")
    circular = [{"ref": ref, **goal(owner), "parents": [{"ref": other}]} for ref, other in (("a", "b"), ("b", "a"))]
    assert (await manager.refused("POST", path, {"goals": circular}))[0] == 409
    many = [{"ref": f"g{n}", **goal(owner)} for n in range(1001)]
    assert (await manager.refused("POST", path, {"goals": many}))[0] == 422


async def test_an_objective_measures_one_goal_of_a_batch_and_two_at_once_do_not_take_it(scene):
    circle, owner, objectives = await forest(scene, "drivers", "belts")
    measured = {"objective_id": objectives["drivers"]["id"]}
    rows = [{"ref": ref, **goal(owner, "strategic", "quantitative", **measured)} for ref in ("a", "b")]
    status, problem = await circle.first["manager"].refused("POST", f"{circle.path}/goals/batches", {"goals": rows})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/goals/1/objective_id")
    body = goal(owner, "strategic", "quantitative", objective_id=objectives["belts"]["id"])
    at_once = [each["manager"].request("POST", f"{circle.path}/goals", body) for each in circle.organisations]
    assert sorted(answer.status_code for answer in await asyncio.gather(*at_once)) == [201, 422]


async def test_who_read_an_older_version_changes_nothing(scene):
    circle, owner, _ = await forest(scene)
    made = await take_on(circle, owner)
    path, manager = f"{circle.path}/goals/{made['id']}", circle.first["manager"]
    tag = (await manager.request("GET", path)).headers["etag"]
    body = goal(owner, statement="A strategic goal in other words", reason="Clearer")
    assert (await manager.request("PUT", path, body, If_Match=tag)).status_code == 200
    late = {**body, "statement": "A strategic goal in yet other words"}
    assert (await manager.refused("PUT", path, late, If_Match=tag))[0] == 412


async def test_strangers_see_no_goals_and_observers_and_systems_write_none(scene):
    circle, owner, objectives = await forest(scene, "drivers")
    made = await take_on(circle, owner)
    stranger = (await scene.circle("1", "1")).first
    for path in ("goals", "goals/tree", f"goals/{made['id']}", f"goals/{made['id']}/revisions"):
        assert (await stranger["sponsor"].refused("GET", f"{circle.path}/{path}"))[0] == 404
    assert (await stranger["sponsor"].refused("POST", f"{circle.path}/goals", goal(owner)))[0] == 404
    elsewhere, their_owner, _ = await forest(scene)
    foreign = goal(their_owner, "tactical", "qualitative", made["id"])
    status, problem = await elsewhere.first["manager"].refused("POST", f"{elsewhere.path}/goals", foreign)
    assert (status, [each["pointer"] for each in problem["errors"]]) == (422, ["/parents/0/goal_id"])
    borrowed = goal(their_owner, "strategic", "quantitative", objective_id=objectives["drivers"]["id"])
    status, problem = await elsewhere.first["manager"].refused("POST", f"{elsewhere.path}/goals", borrowed)
    assert (status, problem["errors"][0]["pointer"]) == (422, "/objective_id")
    assert (await circle.first.system.refused("POST", f"{circle.path}/goals", goal(owner)))[0] == 403
    watcher = await scene_observer(circle)
    assert (await watcher.request("GET", f"{circle.path}/goals/tree")).is_success
    assert (await watcher.refused("POST", f"{circle.path}/goals", goal(owner)))[0] == 403
    assessed = f"{circle.path}/goals/{made['id']}/assessments"
    assert (await watcher.refused("POST", assessed, {"score": 0, "reason": "None"}))[0] == 403
    assert (await circle.first["manager"].refused("GET", f"{circle.path}/goals/{new_id()}"))[0] == 404


async def scene_observer(circle):
    """Somebody of the first party who is its delegate no more, but an observer."""
    first = circle.first
    leaving = (await members(circle))["delegate"]
    body = {"person_id": str(first.id_of("delegate")), "role": "observer"}
    await first["sponsor"].post(f"{circle.path}/members", body)
    assert (await first["sponsor"].request("DELETE", f"{circle.path}/members/{leaving}")).status_code == 204
    return first["delegate"]


async def test_whoever_left_cannot_be_made_to_answer_for_a_goal(scene):
    circle, owner, _ = await forest(scene)
    await scene_observer(circle)
    status, problem = await circle.first["manager"].refused("POST", f"{circle.path}/goals", goal(owner))
    assert (status, problem["errors"][0]["pointer"]) == (422, "/owner_member_id")
