"""Goals: a tree with several parents, what its roll-up says in each view, and how it changes over time."""

import pytest
from objectives.charters import objective
from objectives.goals import ANCHORS, figures, forest, goal, members, progressed, put, take_on, tree

from entente_shared.ids import new_id


async def test_a_leaf_that_moves_is_seen_in_every_goal_that_it_serves(scene):
    circle, owner, objectives = await forest(scene, "drivers", "belts")
    top = await take_on(circle, owner)
    road, law = [await take_on(circle, owner, "tactical", "children", (top["id"], w)) for w in (3.0, 1.0)]
    leaf = await take_on(
        circle, owner, "operational", "quantitative", road["id"], law["id"], objective_id=objectives["drivers"]["id"]
    )
    other = await take_on(
        circle, owner, "operational", "quantitative", (law["id"], 3.0), objective_id=objectives["belts"]["id"]
    )
    nodes, _ = await tree(circle)
    assert figures(nodes[top["id"]]) == (None, None, 0.0)
    await progressed(circle, objectives["drivers"], 0.5)
    nodes, edges = await tree(circle)
    assert figures(nodes[leaf["id"]]) == (0.5, 0.5, 1.0)
    assert figures(nodes[road["id"]]) == (0.5, 0.5, 1.0)
    assert figures(nodes[law["id"]]) == (0.5, 0.5, 0.25)
    assert figures(nodes[top["id"]]) == (0.5, 0.5, pytest.approx(0.8125))
    assert len(edges) == 5
    await progressed(circle, objectives["belts"], -1.0)
    nodes, _ = await tree(circle)
    assert figures(nodes[other["id"]]) == (-1.0, 0.0, 1.0)
    assert figures(nodes[law["id"]]) == (pytest.approx(-0.625), pytest.approx(0.125), 1.0)
    assert figures(nodes[top["id"]]) == (pytest.approx(0.21875), pytest.approx(0.40625), 1.0)
    shown = await circle.first["delegate"].get(f"{circle.path}/goals/{leaf['id']}")
    assert {row["id"] for row in shown["ancestors"]} == {top["id"], road["id"], law["id"]}
    assert [figures(row) for row in shown["ancestors"] if row["id"] == top["id"]] == [figures(nodes[top["id"]])]


async def test_a_rubric_is_assessed_by_a_named_member_and_every_judgement_is_kept(scene):
    circle, owner, _ = await forest(scene)
    top = await take_on(circle, owner)
    leaf = await take_on(circle, owner, "operational", "qualitative", top["id"])
    path = f"{circle.path}/goals/{leaf['id']}/assessments"
    first = await circle.first["delegate"].post(path, {"score": 25, "reason": "Two of eight teams"})
    assert (first["anchor"], first["member_id"]) == ("few", owner)
    await circle.organisations[1]["manager"].post(path, {"score": 75, "reason": "Six of eight teams"})
    nodes, _ = await tree(circle, circle.organisations[1]["delegate"])
    assert figures(nodes[top["id"]]) == (0.75, 0.75, 1.0)
    kept = (await circle.first["sponsor"].get(path))["items"]
    other = await members(circle, circle.organisations[1])
    assert [(row["score"], row["reason"], row["member_id"]) for row in kept] == [
        (25, "Two of eight teams", owner),
        (75, "Six of eight teams", other["manager"]),
    ]
    status, problem = await circle.first["manager"].refused("POST", path, {"score": 60, "reason": "In between"})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/score")
    status, problem = await circle.first["manager"].refused(
        "POST", f"{circle.path}/goals/{top['id']}/assessments", {"score": 50, "reason": "So so"}
    )
    assert (status, problem["type"]) == (409, "urn:entente:problem:not-assessed")


async def test_a_goal_judged_by_other_words_has_no_score_until_it_is_assessed_again(scene):
    circle, owner, _ = await forest(scene)
    made = await take_on(circle, owner, "strategic", "qualitative")
    path = f"{circle.path}/goals/{made['id']}"
    await circle.first["delegate"].post(f"{path}/assessments", {"score": 100, "reason": "All of them"})
    same = goal(owner, "strategic", "qualitative", statement="The same goal in other words", reason="Clearer")
    assert (await put(circle, path, same))["score"] == 100
    stricter = [{**anchor, "meaning": anchor["meaning"] + " and no complaint"} for anchor in ANCHORS]
    assert (await put(circle, path, {**same, "anchors": stricter}))["score"] is None


async def test_each_party_sees_the_tree_by_its_own_weights_and_by_the_agreed_ones(scene):
    circle, owner, _ = await forest(scene)
    top = await take_on(circle, owner)
    done, open_ = [await take_on(circle, owner, "tactical", "qualitative", top["id"]) for _ in range(2)]
    for made, score in ((done, 100), (open_, 0)):
        await circle.first["delegate"].post(
            f"{circle.path}/goals/{made['id']}/assessments", {"score": score, "reason": "As seen"}
        )
    second = circle.organisations[1]
    mine = f"{circle.path}/goals/{done['id']}/weight"
    response = await second["sponsor"].request("PUT", mine, {"factor": 3.0})
    assert response.json()["party_id"] == str(circle.parties[1])
    views = [await tree(circle, party_id=party) for party in circle.parties]
    agreed, _ = await tree(circle)
    tops = [nodes[top["id"]]["clamped"] for nodes in (agreed, *(nodes for nodes, _ in views))]
    assert tops == [0.5, 0.5, 0.75]
    assert {edge["weight"] for edge in views[1][1]} == {1.0, 3.0}
    shown = await circle.first["delegate"].get(f"{circle.path}/goals/{done['id']}?party_id={circle.parties[1]}")
    assert [row["clamped"] for row in shown["ancestors"]] == [0.75]
    assert [(row["party_id"], row["factor"]) for row in shown["weights"]] == [(str(circle.parties[1]), 3.0)]
    assert (await second["sponsor"].request("PUT", mine, {"factor": 0})).is_success
    nodes, _ = await tree(circle, party_id=circle.parties[1])
    assert nodes[top["id"]]["clamped"] == 0.0, "what counts for nothing is left out of the mean"
    assert (await second["delegate"].refused("PUT", mine, {"factor": 1.0}))[0] == 403
    assert (await second["sponsor"].refused("GET", f"{circle.path}/goals/tree?party_id={new_id()}"))[0] == 404


async def test_every_revision_is_kept_and_any_two_can_be_compared(scene):
    circle, owner, _ = await forest(scene)
    top, other = await take_on(circle, owner), await take_on(circle, owner)
    leaf = await take_on(circle, owner, "tactical", "qualitative", top["id"])
    path = f"{circle.path}/goals/{leaf['id']}"
    sooner = goal(owner, "tactical", "qualitative", top["id"], due_at="2026-06-30T00:00:00Z", reason="Needed by summer")
    assert (await put(circle, path, sooner))["revision"] == 2
    assert (await put(circle, path, {**sooner, "reason": "Nothing new"}))["revision"] == 2, "no change, no revision"
    moved = {"parents": [{"goal_id": other["id"], "weight": 2.0}], "reason": "It serves the other one"}
    assert (await put(circle, f"{path}/parents", moved))["parents"] == moved["parents"]
    found = await circle.first["sponsor"].get(f"{path}/revisions/differences?before=1&after=3")
    assert {row["field"]: (row["before"], row["after"]) for row in found["differences"]} == {
        "due_at": ("2026-12-31T00:00:00+00:00", "2026-06-30T00:00:00+00:00"),
        "parents": ([{"goal_id": top["id"], "weight": 1.0}], moved["parents"]),
    }
    manager = str(circle.first.id_of("manager"))
    assert [(row["revision"], row["reason"], row["person_id"]) for row in found["changes"]] == [
        (2, "Needed by summer", manager),
        (3, "It serves the other one", manager),
    ]
    back = await circle.first["sponsor"].get(f"{path}/revisions/differences?before=3&after=2")
    assert [row["field"] for row in back["differences"]] == ["parents"]
    listed = (await circle.first["sponsor"].get(f"{path}/revisions"))["items"]
    assert [row["reason"] for row in listed] == ["Taken on", "Needed by summer", "It serves the other one"]
    assert (await circle.first["sponsor"].refused("GET", f"{path}/revisions/differences?before=1&after=4"))[0] == 404


async def test_an_archived_goal_leaves_the_tree_and_frees_its_objective(scene):
    circle, owner, objectives = await forest(scene, "drivers")
    top = await take_on(circle, owner)
    measured = {"objective_id": objectives["drivers"]["id"]}
    leaf = await take_on(circle, owner, "operational", "quantitative", top["id"], **measured)
    again = goal(owner, "operational", "quantitative", top["id"], **measured)
    status, problem = await circle.first["manager"].refused("POST", f"{circle.path}/goals", again)
    assert (status, problem["errors"][0]["pointer"]) == (422, "/objective_id")
    gone = {"reason": "Said otherwise now"}
    status, problem = await circle.first["manager"].refused("POST", f"{circle.path}/goals/{top['id']}/archival", gone)
    assert (status, problem["type"]) == (409, "urn:entente:problem:goal-has-children")
    archived = await circle.first["manager"].post(f"{circle.path}/goals/{leaf['id']}/archival", gone)
    assert (archived["archived"], archived["parents"]) == (True, [])
    nodes, edges = await tree(circle)
    assert (set(nodes), edges) == ({top["id"]}, [])
    await circle.first["manager"].post(f"{circle.path}/goals", again)
    listed = (await circle.first["sponsor"].get(f"{circle.path}/goals?archived=true"))["items"]
    assert [row["id"] for row in listed] == [leaf["id"]]
    shown = await circle.first["sponsor"].get(f"{circle.path}/goals/{leaf['id']}")
    assert (shown["roll_up"], shown["ancestors"]) == (None, [])
    status, problem = await circle.first["manager"].refused(
        "PUT", f"{circle.path}/goals/{leaf['id']}/parents", {"parents": [], "reason": "Back"}
    )
    assert (status, problem["type"]) == (409, "urn:entente:problem:goal-archived")


async def test_an_objective_that_left_the_charter_measures_nothing_any_more(scene):
    circle, owner, objectives = await forest(scene, "drivers", "belts")
    leaf = await take_on(circle, owner, "strategic", "quantitative", objective_id=objectives["drivers"]["id"])
    await progressed(circle, objectives["drivers"], 0.5)
    kept = {name: objectives["belts"][name] for name in objective() if name in objectives["belts"]}
    await circle.agree(based_on=1, objectives=[kept])
    nodes, _ = await tree(circle)
    assert figures(nodes[leaf["id"]]) == (None, None, 0.0)


async def test_the_tree_is_sent_again_only_when_something_in_it_changed(scene):
    circle, owner, objectives = await forest(scene, "drivers")
    await take_on(circle, owner, "strategic", "quantitative", objective_id=objectives["drivers"]["id"])
    path, reader = f"{circle.path}/goals/tree", circle.first["delegate"]
    tag = (await reader.request("GET", path)).headers["etag"]
    assert (await reader.request("GET", path, If_None_Match=tag)).status_code == 304
    assert (await reader.request("GET", f"{path}?party_id={circle.parties[0]}", If_None_Match=tag)).status_code == 200
    await progressed(circle, objectives["drivers"], 0.25)
    newer = (await reader.request("GET", path, If_None_Match=tag)).headers["etag"]
    assert newer != tag
    await take_on(circle, owner)
    assert (await reader.request("GET", path, If_None_Match=newer)).status_code == 200
