"""Whatever stands in a field, the answer is never an error of ours."""

import copy
import json

import pytest
from objectives.charters import START, charter, mandate
from objectives.clauses import clauses

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


@pytest.mark.slow
async def test_hostile_clauses_are_refused_or_taken_but_never_an_error_of_ours(scene):
    circle = await scene.circle("1", "1")
    agreed = clauses(*circle.parties)
    body, path, newest = charter(**agreed), f"{circle.path}/charter/versions", None
    for leaf in (leaf for leaf in leaves(body) if leaf and leaf[0] in agreed):
        for value in HOSTILE:
            sent = text_with({**body, "based_on": newest}, leaf, value)
            answer = await circle.first["sponsor"].send("POST", path, sent)
            assert answer.status_code in {201, 422}, (leaf, value, answer.text)
            newest = answer.json()["version"] if answer.status_code == 201 else newest


@pytest.mark.slow
async def test_hostile_withdrawals_comments_documents_and_grants_are_no_error_of_ours(scene):
    circle = await scene.circle("1", "1")
    manager, version = circle.first["sponsor"], f"{circle.path}/charter/versions/1"
    await manager.post(f"{circle.path}/charter/versions", charter(note="x"))
    document = {"title": "x", "text": "x", "link": "https://x.example", "visibility": "named"}
    made = await manager.post(f"{circle.path}/documents", document)
    grant = {
        "record": "document",
        "record_id": made["id"],
        "readers": [str(circle.parties[1])],
        "purpose": "x",
        "expires_at": "2027-01-01T00:00:00Z",
        "term": "x",
    }
    bodies = {
        f"{version}/comments": {"path": "/objectives/drivers", "text": "x"},
        f"{version}/signatures/withdrawal": {"reason": "x"},
        f"{version}/withdrawal": {"reason": "x"},
        f"{circle.path}/documents": document,
        f"{circle.path}/grants": grant,
    }
    for path, body in bodies.items():
        async for leaf, value, answer in statuses(manager, path, body):
            assert answer.status_code in {201, 404, 409, 422}, (path, leaf, value, answer.text)
    for purpose in ("", "x" * 5000, "é", "a;b", "NaN"):
        answer = await circle.organisations[1]["sponsor"].request(
            "GET", f"{circle.path}/documents/{made['id']}", Purpose=purpose.encode("latin-1")
        )
        assert answer.status_code in {404, 422}, (purpose, answer.text)
    for query in ("path=%00", "path=%ED%A0%80", "path=x", "path=/" + "x" * 5000, "limit=1e9", "cursor=x"):
        answer = await manager.request("GET", f"{version}/comments?{query}")
        assert answer.status_code in {200, 422}, (query, answer.text)
