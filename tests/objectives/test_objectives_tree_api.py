"""Goals: a tree with several parents, what its roll-up says, and what no write may do to it."""

import pytest
from objectives.goals import figures, forest, progressed, take_on, tree


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
