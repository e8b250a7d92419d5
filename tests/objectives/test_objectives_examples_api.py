"""The examples of the OpenAPI document, sent by a partnership with its own ids in their place, are taken."""

import json
from typing import Any

import pytest
from objectives.charters import charter, mandate, mandates
from objectives.lifecycle import member_id

from entente_objectives.app import create_app

PARTIES = (
    "01939f60-1c01-7b21-9d01-6f104b8c2001",
    "01939f60-1c01-7b22-9d02-6f104b8c2002",
    "01939f60-1c01-7b23-9d03-6f104b8c2003",
)
MEMBERS = ("01939f60-1c11-7e51-a031-92437ebf5001", "01939f60-1c12-7e52-a032-92437ebf5002")
SPONSOR, NEWCOMER = "01939f5f-0b01-7d41-9f21-81326dae4001", "01939f5f-0b04-7d44-9f24-81326dae4004"
GOAL = "01939f60-1c00-7a10-8c01-5e0f3a7b3001"
ACTIONS = ("01939f62-5a01-7c11-8d21-3f6a8b0c1101", "01939f62-5a02-7c12-8d22-3f6a8b0c1102")
# What others name, by what its own example makes.
FIRST = {"calendars": "01939f60-1c00-7a10-8c01-5e0f3a7b1201", "documents": "01939f60-1c00-7a10-8c01-5e0f3a7b2001"}
COLLECTION = "/v1/partnerships/{partnership_id}/"
LATER = {"lifecycle/transitions"}  # the example's stage asks for what a new partnership has not done yet


def examples() -> dict[str, list[Any]]:
    """Those of what is made in a partnership, by its path there."""
    document = create_app().openapi()
    found = {}
    for path, item in document["paths"].items():
        name = path.removeprefix(COLLECTION)
        if name != path and "{" not in name and "requestBody" in item.get("post", {}):
            schema = item["post"]["requestBody"]["content"]["application/json"]["schema"]
            found[name] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["examples"]
    return found


class Sender:
    def __init__(self, circle, own):
        self.circle, self.own = circle, own

    async def send(self, name, example):
        """Sent by whoever of the first party may."""
        text = json.dumps(example)
        for shown, own in self.own.items():
            text = text.replace(shown, str(own))
        for person in ("sponsor", "manager", "delegate"):
            answer = await self.circle.first[person].request("POST", f"{self.circle.path}/{name}", json.loads(text))
            if answer.status_code != 403:
                break
        assert answer.status_code in {200, 201}, f"{name}: {answer.text}"
        return answer.json()

    async def agree_on_the_second_charter(self):
        await self.circle.first["manager"].post(f"{self.circle.path}/charter/versions", charter())
        await self.circle.agree(based_on=1, mandates=[*mandates(), mandate("sponsors", domain="general")])


@pytest.fixture
async def sender(scene):
    """A partnership, with a person who is about to join."""
    circle = await scene.circle()
    admin = circle.first
    joining = await admin.system.post(f"/organisations/{admin.id}/persons", {"name": "Joining"})
    members = [await member_id(circle, each, "sponsor") for each in circle.organisations[:2]]
    own = {SPONSOR: admin.id_of("sponsor"), NEWCOMER: joining["id"]}
    return Sender(
        circle,
        {**own, **dict(zip(PARTIES, circle.parties, strict=True)), **dict(zip(MEMBERS, members, strict=True))},
    )


async def test_the_examples_of_what_a_partnership_makes_are_taken(sender):
    shown = examples()
    await sender.send("opportunity-analyses", *shown.pop("opportunity-analyses"))
    await sender.agree_on_the_second_charter()
    validating = sender.circle.organisations[1]["sponsor"]
    await validating.post(f"{sender.circle.path}/calendars", shown["calendars"][0])
    for name, id_ in FIRST.items():
        sender.own[id_] = (await sender.send(name, shown.pop(name)[0]))["id"]
    [action] = shown.pop("roadmap/actions")
    for id_ in ACTIONS:
        sender.own[id_] = (await sender.send("roadmap/actions", action))["id"]
    [goal] = shown["goals"]
    sender.own[GOAL] = (await sender.send("goals", {**goal, "level": "strategic", "parents": []}))["id"]
    assert shown.keys() >= LATER
    for name, bodies in shown.items():
        for example in bodies if name not in LATER else ():
            await sender.send(name, example)
