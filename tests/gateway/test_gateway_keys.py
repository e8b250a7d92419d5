"""Keys over HTTP and from the command line: made, shown once, rotated, revoked."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from gateway.harness import Gateway
from support.stack import role_url
from support.waiting import eventually


async def made(client: httpx.AsyncClient, status: int = 201, **body) -> dict:
    answer = await client.post("/v1/keys", json={"label": "of a test", **body})
    assert answer.status_code == status, answer.text
    return answer.json()


async def works(gateway: Gateway, secret: str) -> bool:
    async with gateway.client(secret) as client:
        return (await client.get("/v1/me")).status_code == 200


async def stops_working(gateway: Gateway, secret: str) -> None:
    async def refused() -> bool:
        return not await works(gateway, secret)

    await eventually(refused, 2)


async def test_the_secret_is_shown_once_and_kept_as_a_digest(gateway):
    organisation = uuid4()
    async with gateway.client(await gateway.key()) as operator:
        answer = await operator.post(
            "/v1/keys",
            json={
                "kind": "system",
                "label": "meter",
                "organisation_id": str(organisation),
                "scopes": ["samples:write"],
            },
        )
        assert answer.status_code == 201
        key = answer.json()
        assert key["secret"].startswith(key["secrets"][0]["prefix"])
        assert answer.headers["location"] == f"/v1/keys/{key['id']}"
        shown = await operator.get(answer.headers["location"])
        listed = await operator.get("/v1/keys?limit=1000")
    assert "secret" not in shown.json()
    assert shown.headers["etag"] == '"1"'
    for text in (shown.text, listed.text):
        assert key["id"] in text
        assert key["secret"] not in text
    async with gateway.database() as database:
        for table in ("api_key", "key_secret", "idempotency_key", "outbox"):
            assert key["secret"] not in str(await database.fetch(f"SELECT * FROM {table}"))
    async with gateway.client(key["secret"]) as system:
        me = (await system.get("/v1/me")).json()
    assert me == {
        "kind": "system", "key_id": key["id"], "organisation_id": str(organisation), "person_id": None,
        "scopes": ["samples:write"], "partnerships": [],
    }  # fmt: skip


async def test_a_repeated_creation_makes_one_key_and_does_not_repeat_the_secret(gateway):
    async with gateway.client(await gateway.key()) as operator:
        body, headers = {"kind": "operator", "label": f"once {uuid4()}"}, {"Idempotency-Key": str(uuid4())}
        first, second = [await operator.post("/v1/keys", json=body, headers=headers) for _ in range(2)]
        listed = (await operator.get("/v1/keys?limit=1000")).json()["items"]
    assert (first.status_code, second.status_code) == (201, 409)
    assert "ent_live_" not in second.text
    assert [key["label"] for key in listed].count(body["label"]) == 1


async def test_an_administrative_key_makes_keys_of_its_own_organisation_only(gateway):
    own, other = uuid4(), uuid4()
    async with gateway.client(await gateway.key("system", own, None, "organisation:admin")) as admin:
        await made(admin, kind="system", organisation_id=str(own))
        person = await made(admin, kind="person", organisation_id=str(own), person_id=str(uuid4()))
        await made(admin, 403, kind="system", organisation_id=str(other))
        await made(admin, 403, kind="operator")
        listed = (await admin.get("/v1/keys")).json()["items"]
        assert {key["organisation_id"] for key in listed} == {str(own)}
    async with gateway.client(person["secret"]) as someone:
        await made(someone, 403, kind="system", organisation_id=str(own))
    async with gateway.client(await gateway.key("system", own, None, "samples:write")) as system:
        await made(system, 403, kind="system", organisation_id=str(own))


async def test_keys_of_others_are_not_there(gateway):
    organisation, person = uuid4(), uuid4()
    async with gateway.client(await gateway.key()) as operator:
        foreign = await made(operator, kind="system", organisation_id=str(uuid4()))
        colleague = await made(operator, kind="person", organisation_id=str(organisation), person_id=str(uuid4()))
        mine = await made(operator, kind="person", organisation_id=str(organisation), person_id=str(person))
    for secret in (
        mine["secret"],
        await gateway.key("system", organisation),
        await gateway.key("system", organisation, None, "organisation:admin"),
    ):
        async with gateway.client(secret) as client:
            visible = {key["id"] for key in (await client.get("/v1/keys")).json()["items"]}
            for key in (foreign, colleague, mine):
                path = f"/v1/keys/{key['id']}"
                expected = 200 if key["id"] in visible else 404
                assert (await client.get(path)).status_code == expected
                if expected == 404:
                    assert (await client.delete(path)).status_code == 404
                    assert (await client.post(f"{path}/rotation", json={})).status_code == 404
    async with gateway.client(mine["secret"]) as client:
        assert [key["id"] for key in (await client.get("/v1/keys")).json()["items"]] == [mine["id"]]
    assert await works(gateway, foreign["secret"])


async def test_a_revoked_key_is_refused_within_a_second(gateway):
    async with gateway.client(await gateway.key()) as operator:
        key = await made(operator, kind="operator")
        assert await works(gateway, key["secret"])
        assert (await operator.delete(f"/v1/keys/{key['id']}")).status_code == 204
        await stops_working(gateway, key["secret"])
        assert (await operator.delete(f"/v1/keys/{key['id']}")).status_code == 204
        assert (await operator.get(f"/v1/keys/{key['id']}")).json()["revoked_at"] is not None
        answer = await operator.post(f"/v1/keys/{key['id']}/rotation", json={})
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:entente:problem:key-ended")


async def test_an_expired_key_is_refused(gateway):
    soon = (datetime.now(UTC) + timedelta(seconds=0.6)).isoformat()
    async with gateway.client(await gateway.key()) as operator:
        key = await made(operator, kind="operator", expires_at=soon)
        assert await works(gateway, key["secret"])
        await stops_working(gateway, key["secret"])
        assert (await operator.post(f"/v1/keys/{key['id']}/rotation", json={})).status_code == 409


async def test_a_rotated_key_has_two_live_secrets_and_keeps_its_identity(gateway):
    async with gateway.client(await gateway.key()) as operator:
        key = await made(operator, kind="system", organisation_id=str(uuid4()))
        rotated = await operator.post(f"/v1/keys/{key['id']}/rotation", json={"grace": "PT1H"})
        assert rotated.status_code == 201
        new = rotated.json()
    assert new["id"] == key["id"]
    assert len(new["secrets"]) == 2
    assert new["secrets"][0]["retires_at"] is not None
    assert new["secrets"][1]["retires_at"] is None
    for secret in (key["secret"], new["secret"]):
        async with gateway.client(secret) as client:
            assert (await client.get("/v1/me")).json()["key_id"] == key["id"]


async def test_rotating_twice_leaves_the_last_two_live(gateway):
    async with gateway.client(await gateway.key()) as operator:
        key = await made(operator, kind="system", organisation_id=str(uuid4()))
        second, third = [
            (await operator.post(f"/v1/keys/{key['id']}/rotation", json={"grace": "P1D"})).json() for _ in range(2)
        ]
    assert await works(gateway, second["secret"])
    assert await works(gateway, third["secret"])
    await stops_working(gateway, key["secret"])
    assert len(third["secrets"]) == 2


async def test_without_grace_the_old_secret_ends_at_once(gateway):
    async with gateway.client(await gateway.key()) as operator:
        key = await made(operator, kind="operator")
        new = (await operator.post(f"/v1/keys/{key['id']}/rotation", json={"grace": "PT0S"})).json()
    await stops_working(gateway, key["secret"])
    assert await works(gateway, new["secret"])
    async with gateway.client(new["secret"]) as client:
        for grace in ("P31D", "-PT1S", "P1M", "soon"):
            answer = await client.post(f"/v1/keys/{key['id']}/rotation", json={"grace": grace})
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/grace")


async def test_simultaneous_rotations_never_leave_more_than_two(gateway):
    async with gateway.client(await gateway.key()) as operator:
        key = await made(operator, kind="operator")
        await asyncio.gather(*(operator.post(f"/v1/keys/{key['id']}/rotation", json={}) for _ in range(6)))
        assert len((await operator.get(f"/v1/keys/{key['id']}")).json()["secrets"]) == 2


async def test_a_stale_if_match_changes_nothing(gateway):
    async with gateway.client(await gateway.key()) as operator:
        key = await made(operator, kind="operator")
        path, stale = f"/v1/keys/{key['id']}", {"If-Match": '"1"'}
        assert (await operator.post(f"{path}/rotation", json={}, headers=stale)).headers["etag"] == '"2"'
        assert (await operator.post(f"{path}/rotation", json={}, headers=stale)).status_code == 412
        assert (await operator.delete(path, headers=stale)).status_code == 412
    assert await works(gateway, key["secret"])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "king"}, "/kind"),
        ({"kind": "system"}, "/organisation_id"),
        ({"kind": "operator", "scopes": ["a:b"]}, "/scopes"),
        ({"kind": "operator", "scopes": ["everything"]}, "/scopes/0"),
        ({"kind": "operator", "expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"kind": "operator", "expires_at": "2030-01-01T00:00:00"}, "/expires_at"),
        ({"kind": "operator", "colour": "red"}, "/colour"),
    ],
)
async def test_a_key_that_cannot_be_is_refused_with_its_field(gateway, body, pointer):
    async with gateway.client(await gateway.key()) as operator:
        answer = await operator.post("/v1/keys", json={"label": "x", **body})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


def bootstrap(gateway: Gateway, *arguments: str, url: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ENTENTE_DATABASE_URL": url or role_url(gateway.stack.admin_dsn, "gateway")}
    if url == "":
        del environment["ENTENTE_DATABASE_URL"]
    command = [sys.executable, "-m", "entente_gateway.bootstrap", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


async def test_the_command_line_makes_the_first_key_and_prints_nothing_else(gateway):
    organisation, person = str(uuid4()), str(uuid4())
    asked = {
        "operator": (),
        "system": ("--kind", "system", "--organisation", organisation, "--scopes", "samples:write, organisation:admin"),
        "person": ("--kind", "person", "--organisation", organisation, "--person", person, "--label", "Ada"),
    }
    made = await asyncio.gather(*(asyncio.to_thread(bootstrap, gateway, *arguments) for arguments in asked.values()))
    for kind, done in zip(asked, made, strict=True):
        assert done.returncode == 0, done.stderr
        async with gateway.client(done.stdout.strip()) as client:
            assert (await client.get("/v1/me")).json()["kind"] == kind


async def test_the_command_line_tells_in_one_sentence_what_is_wrong(gateway):
    closed = "postgresql+asyncpg://x:x@127.0.0.1:1/x"
    asked = ((("--kind", "system"), None, "name it"), ((), "", "ENTENTE_DATABASE_URL"), ((), closed, "cannot be used"))
    made = await asyncio.gather(*(asyncio.to_thread(bootstrap, gateway, *words, url=url) for words, url, _ in asked))
    for done, (_, _, words) in zip(made, asked, strict=True):
        assert done.returncode == 1
        assert words in done.stderr
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
