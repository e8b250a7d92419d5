"""The objectives service needs no other to be up: it answers at every route, and what was agreed meanwhile reaches them after."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from loop.partnership import Partnership, found
from support.stack import Stack

OTHERS = ("kpi", "resources", "conflicts")


@contextmanager
def stopped(stack: Stack) -> Iterator[None]:
    for name in OTHERS:
        stack.stop(name)
    try:
        yield
    finally:
        for name in OTHERS:
            stack.start(name)


async def ask_everything(partnership: Partnership) -> dict[tuple[str, str], int]:
    """The status of a request to each route of the objectives service: of this partnership, of records that are not there."""
    client, answers = partnership.manager, {}
    document = await client.get("/openapi.json")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if isinstance(operation, dict) and operation.get("x-entente-service") == "objectives":
                ids = {"partnership_id": partnership.id}
                address = re.sub(r"\{(\w+)\}", lambda name, ids=ids: ids.get(name[1], str(uuid4())), path)
                body = {} if method in {"post", "put", "patch"} else None
                answers[method, path] = (await client.request(method.upper(), address, json=body)).status_code
    return answers


async def test_every_route_answers_while_the_others_are_down_and_they_catch_up(stack, world):
    partnership = await found(world, "2026-01-01T00:00:00Z")
    kpi = await partnership.define_kpi("Casualties")
    objective = {
        "key": "fewer", "title": "Fewer casualties", "kpi_id": kpi, "baseline": 100.0, "target": 50.0,
        "starts_at": "2026-01-01T00:00:00Z", "due_at": "2027-01-01T00:00:00Z",
    }  # fmt: skip
    with stopped(stack):
        down = await partnership.manager.request("GET", partnership.path("/kpis"))
        assert down.status_code in {502, 503}
        await partnership.agree(objectives=[objective])
        answers = await ask_everything(partnership)
        assert {route: status for route, status in answers.items() if status >= 500} == {}
        assert answers["get", "/v1/partnerships/{partnership_id}/charter"] == 200
    followed = await partnership.manager.eventually(
        partnership.path(f"/kpis/{kpi}/trajectory"), lambda answer: "target" in answer, 60
    )
    assert followed["target"] == 50.0
