"""Whatever stands in the body of a goal, the answer is never an error of ours."""

import pytest
from objectives.goals import forest, goal, take_on
from objectives.test_objectives_hostile_bodies import HOSTILE, leaves, text_with


@pytest.mark.slow
async def test_hostile_goals_are_refused_or_taken_but_never_an_error_of_ours(scene):
    circle, owner, _ = await forest(scene)
    top = await take_on(circle, owner)
    leaf = await take_on(circle, owner, "tactical", "qualitative", top["id"])
    body = goal(owner, "tactical", "qualitative", (top["id"], 1.0))
    manager, one = circle.first["manager"], f"{circle.path}/goals/{leaf['id']}"
    bodies = [
        ("POST", f"{circle.path}/goals", {**body, "reason": "x"}),
        ("PUT", one, {**body, "reason": "x"}),
        ("PUT", f"{one}/parents", {"parents": [{"goal_id": top["id"], "weight": 1.0}], "reason": "x"}),
        ("POST", f"{one}/assessments", {"score": 25, "reason": "x"}),
        ("PUT", f"{one}/weight", {"factor": 2.0}),
        ("POST", f"{circle.path}/goals/validations", {"goal": body, "goal_id": leaf["id"]}),
        ("POST", f"{circle.path}/goals/batches", {"goals": [{**body, "ref": "a", "parents": [{"ref": "a"}]}]}),
    ]
    for method, path, sent in bodies:
        for leaf_path in leaves(sent):
            if "anchors" in leaf_path and len(leaf_path) > 2 and leaf_path[-2]:
                continue  # one anchor is like the other
            for value in HOSTILE:
                answer = await manager.send(method, path, text_with(sent, leaf_path, value))
                assert answer.status_code in {200, 201, 404, 409, 422}, (path, leaf_path, value, answer.text)
                assert "x" * 100 not in answer.text or answer.is_success, (path, leaf_path, "echoes its input")
    for query in ("before=0&after=1", "before=1&after=99999999999", "before=x&after=1", "before=1"):
        assert (await manager.request("GET", f"{one}/revisions/differences?{query}")).status_code in {404, 422}
