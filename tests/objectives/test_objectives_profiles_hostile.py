"""Whatever stands in a field of a round, a profile, an assessment or an analysis, the answer is never an error of ours."""

import pytest
from objectives.profiles import asked, dimensions, profile
from objectives.test_objectives_hostile_bodies import HOSTILE, leaves, text_with

SCORE = {"score": 50, "reason": "So it seems."}


async def statuses(client, method, path, body):
    """The answer for each leaf of `body` with each hostile value in its place."""
    for leaf in leaves(body):
        for value in HOSTILE:
            answer = await client.send(method, path, text_with(body, leaf, value))
            assert answer.status_code in {200, 201, 409, 422}, (path, leaf, value, answer.text)
            assert "x" * 100 not in answer.text or answer.is_success, (leaf, "echoes its input")
            yield leaf, value, answer


@pytest.mark.slow
async def test_hostile_profiles_assessments_and_scores_are_no_error_of_ours(scene):
    circle = await scene.circle("1", "1")
    sponsor, made = circle.first["sponsor"], {}
    for kind, body in (("profile", asked("accidents", "costs")), ("assessment", dimensions())):
        made[kind] = (await sponsor.post(f"{circle.path}/{kind}-rounds", body))["id"]
    analysis = (await sponsor.post(f"{circle.path}/opportunity-analyses", {"title": "x"}))["id"]
    ratings = [
        {"party_id": str(party), "dimension": "reliability", "score": 5, "reason": "x"} for party in circle.parties
    ]
    bodies = {
        f"{circle.path}/profile-rounds/{made['profile']}/profile": profile(),
        f"{circle.path}/assessment-rounds/{made['assessment']}/assessment": {"ratings": ratings},
        f"{circle.path}/opportunity-analyses/{analysis}/scores": dict.fromkeys(
            ("visions", "strategies", "resources"), SCORE
        ),
    }
    for path, body in bodies.items():
        refused = [leaf async for leaf, _, answer in statuses(sponsor, "PUT", path, body) if answer.status_code == 422]
        assert set(refused) == set(leaves(body)), "each field refuses something"


async def test_hostile_rounds_analyses_and_positions_are_no_error_of_ours(scene):
    """Each in a partnership where one is open already, so that what makes sense is a conflict."""
    circle = await scene.circle("1", "1")
    sponsor = circle.first["sponsor"]
    bodies = {
        f"{circle.path}/profile-rounds": asked("accidents"),
        f"{circle.path}/assessment-rounds": dimensions(),
        f"{circle.path}/opportunity-analyses": {"title": "x"},
    }
    for path, body in bodies.items():
        found = await sponsor.post(path, body)
        async for _ in statuses(sponsor, "POST", path, body):
            pass
    path = f"{circle.path}/opportunity-analyses/{found['id']}"
    for organisation in circle.organisations:
        given = dict.fromkeys(("visions", "strategies", "resources"), SCORE)
        await organisation["sponsor"].request("PUT", f"{path}/scores", given)
    async for _ in statuses(sponsor, "POST", f"{path}/positions", {"position": "go", "reason": "x"}):
        pass
