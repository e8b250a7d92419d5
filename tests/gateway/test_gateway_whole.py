"""Through the one door with everything behind it."""

from uuid import uuid4

import httpx
import pytest
from support.world import World


async def partnership(world: World) -> tuple[dict, httpx.AsyncClient, httpx.AsyncClient]:
    """A partnership of two organisations, and a client of a person of each that sends no Consistency-Token."""
    ours, theirs = await world.organisation("Ministry", "Ann"), await world.organisation("Insurer", "Bob")
    parties = [
        {
            "organisation_id": str(organisation.id),
            "weight": "1",
            "members": [{"person_id": str(organisation.person_id(name)), "role": "sponsor"}],
        }
        for organisation, name in ((ours, "Ann"), (theirs, "Bob"))
    ]
    body = {"name": "Road safety", "clock": "real", "parties": parties}
    clients = [
        httpx.AsyncClient(base_url=world.stack.gateway, headers={"Authorization": f"Bearer {client.key}"}, timeout=20)
        for client in (ours.person("Ann"), theirs.person("Bob"))
    ]
    world.clients.extend(clients)
    made = await clients[0].post("/v1/partnerships", json=body)
    assert made.status_code == 201, made.text
    return made.json(), *clients


@pytest.mark.parametrize("attempt", range(3))
async def test_what_was_just_written_is_there_for_the_next_request_elsewhere(world, attempt):
    """No token is sent back, and nothing is waited for in between: the gateway's hint does."""
    made, ann, bob = await partnership(world)
    assert [place["partnership_id"] for place in (await ann.get("/v1/me")).json()["partnerships"]] == [made["id"]]
    kpi = await ann.post(
        f"/v1/partnerships/{made['id']}/kpis", json={"name": f"Drivers {attempt}", "unit": "1", "cadence": "P1D"} | RULE
    )
    assert kpi.status_code == 201, kpi.text
    listed = await bob.get(f"/v1/partnerships/{made['id']}/kpis")
    assert [item["id"] for item in listed.json()["items"]] == [kpi.json()["id"]]


RULE = {
    "rule": {
        "theta_on": -0.25, "theta_off": -0.1, "for": "PT0S", "keep": "PT0S", "stale_after": None, "evaluation_delay": "PT0S",
    }
}  # fmt: skip


async def test_every_service_is_reached_and_answers_with_its_own_problems(world):
    made, ann, _ = await partnership(world)
    for path in ("objectives", "kpis", "cases"):
        answer = await ann.get(f"/v1/partnerships/{made['id']}/{path}")
        assert answer.status_code == 200, answer.text
        assert (await ann.get(f"/v1/partnerships/{uuid4()}/{path}")).status_code == 404
        assert (await ann.put(f"/v1/partnerships/{made['id']}/{path}")).status_code == 405
    for service in ("objectives", "kpi", "conflicts", "resources", "gateway"):
        letters = await ann.get(f"/v1/{service}/dead-letters")
        assert letters.json() == {"items": [], "next_cursor": None}
        assert (await ann.delete(f"/v1/{service}/dead-letters/{uuid4()}")).status_code == 403
