"""Whatever stands in a field, the answer is never an error of ours."""

import copy
import json

import pytest
from objectives.charters import START, charter, mandate

VETO = {"grounds": ["safety"], "window": "P7D"}
RAW = {"@nan": "NaN", "@huge": "1e999", "@digits": "9" * 400, "@surrogate": '"\\ud800"', "@nul": '"a\\u0000b"'}
HOSTILE = [*RAW, None, True, -1, 0, 1e300, "", " ", "x" * 20_000, "0001-01-01T00:00:00+23:59", "P9999999999D", [], {}]


def leaves(body, path=()):
    if isinstance(body, dict | list) and body:
        for key, value in body.items() if isinstance(body, dict) else enumerate(body):
            yield from leaves(value, (*path, key))
    yield path


def text_with(body, path, value):
    changed = copy.deepcopy(body)
    if not path:
        changed = value
    else:
        inner = changed
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
    text = json.dumps(changed)
    return text.replace(json.dumps(value), RAW[value]) if isinstance(value, str) and value in RAW else text


async def statuses(client, path, body):
    """The status for each leaf of `body` with each hostile value in its place."""
    for leaf in leaves(body):
        for value in HOSTILE:
            answer = await client.send("POST", path, text_with(body, leaf, value))
            yield leaf, value, answer


@pytest.mark.slow
async def test_a_hostile_charter_is_refused_or_taken_but_never_an_error_of_ours(scene):
    circle = await scene.circle("1", "1")
    body = charter(
        mandates=[mandate("sponsors", veto=VETO), mandate("sponsors", domain="rebaseline")],
        floors=[{"party_id": str(circle.parties[0]), "share": 0.1}],
        based_on=None,
    )
    async for leaf, value, answer in statuses(circle.first["sponsor"], f"{circle.path}/charter/versions", body):
        assert answer.status_code in {201, 409, 422}, (leaf, value, answer.text)
        assert "x" * 100 not in answer.text or answer.status_code == 201, (leaf, "echoes its input")


async def test_hostile_partnerships_members_clocks_and_votes_are_no_error_of_ours(scene):
    circle = await scene.circle("1", "1")
    other = await scene.organisation("Other", "someone")
    await circle.agree()
    party = {"organisation_id": str(circle.first.id), "weight": "1", "members": []}
    bodies = {
        "/partnerships": {
            "name": "x",
            "clock": "replay",
            "starts_at": START,
            "parties": [party, {**party, "organisation_id": str(other.id)}],
        },
        f"{circle.path}/clock": {"now": START},
        f"{circle.path}/members": {"person_id": str(circle.first.id_of("delegate")), "role": "observer"},
        f"/organisations/{circle.first.id}/persons": {"name": "x", "email": "x@example.org"},
    }
    for path, body in bodies.items():
        async for leaf, value, answer in statuses(circle.first.system, path, body):
            assert answer.status_code in {200, 201, 403, 409, 422}, (path, leaf, value, answer.text)
    target = (await circle.first["sponsor"].get(f"{circle.path}/objectives"))["items"][0]
    path = f"{circle.path}/objectives/{target['id']}/rebaselines"
    body = {"baseline": 90.0, "target": 80.0, "due_at": "2030-01-01T00:00:00Z", "reason": "x"}
    async for leaf, value, answer in statuses(circle.first["sponsor"], path, body):
        assert answer.status_code in {202, 409, 422}, (leaf, value, answer.text)
