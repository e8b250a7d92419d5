"""Resources, needs and allocations over HTTP."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from resources.resources_world import Pool, Roads

from entente_resources.app import create_app
from entente_shared.events import objectives
from entente_shared.events.objectives import Role
from entente_shared.ids import new_id

RESOURCE = {
    "name": "Patrols",
    "unit": "h",
    "unit_value": {"amount": "62.50", "currency": "EUR"},
    "capacity": [10.0, 20.5],
}


async def test_a_resource_belongs_to_the_callers_party_and_is_told(pool: Pool) -> None:
    made = await pool.post("/resources", RESOURCE, "Makers")
    assert made["party_id"] == str(pool.parties["Makers"])
    assert (made["unit_value"], made["capacity"], made["version"]) == (RESOURCE["unit_value"], [10.0, 20.5], 1)
    assert await pool.get(f"/resources/{made['id']}") == made
    assert (await pool.get("/resources"))["items"] == [made]
    (told,) = await pool.events("resource_changed")
    assert told.data["capacity"] == [{"period": 0, "amount": 10.0}, {"period": 1, "amount": 20.5}]
    assert (told.data["unit_value"], told.data["active"]) == (RESOURCE["unit_value"], True)


async def test_a_resource_is_changed_by_its_party_against_its_version(pool: Pool) -> None:
    resource = await pool.resource(10.0)
    path, own = f"/resources/{resource}", pool.of["Ministry"]
    changed = await own.patch(path, json={"capacity": [5.0], "unit_value": None}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    assert (changed.headers["etag"], changed.json()["capacity"], changed.json()["unit_value"]) == ('"2"', [5.0], None)
    assert changed.json()["name"] == "Patrols"
    assert (await own.patch(path, json={"name": "Late"}, headers={"If-Match": '"1"'})).status_code == 412
    assert (await pool.of["Makers"].patch(path, json={"name": "Theirs"})).status_code == 403
    dearer = await own.patch(path, json={"unit_value": {"amount": "7", "currency": "USD"}, "active": False})
    assert (dearer.json()["unit_value"], dearer.json()["active"]) == ({"amount": "7", "currency": "USD"}, False)
    assert [told.row["aggregate_version"] for told in await pool.events("resource_changed")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"capacity": []}, "/capacity"),
        ({"capacity": [-1.0]}, "/capacity/0"),
        ({"capacity": [0.0005]}, "/capacity/0"),
        ({"capacity": [1.5], "indivisible": True}, "/capacity/0"),
        ({"unit_value": {"amount": "-1", "currency": "EUR"}}, "/unit_value/amount"),
        ({"name": ""}, "/name"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_a_resource_that_makes_no_sense_is_refused(pool: Pool, body: dict[str, Any], pointer: str) -> None:
    answer = await pool.of["Ministry"].post("/resources", json={**RESOURCE, **body})
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("value", ["NaN", "1e999", "-Infinity"])
async def test_what_is_no_number_is_refused(pool: Pool, value: str) -> None:
    content = f'{{"name": "Patrols", "unit": "h", "capacity": [{value}]}}'
    answer = await pool.of["Ministry"].post("/resources", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text


async def test_a_patch_cannot_empty_what_is_needed(pool: Pool) -> None:
    resource = await pool.resource(10.0)
    for body in ({"name": None}, {"capacity": None}, {"active": None}, {"indivisible": True}):
        assert (await pool.of["Ministry"].patch(f"/resources/{resource}", json=body)).status_code == 422, body


async def test_a_need_names_the_resources_that_may_meet_it(pool: Pool) -> None:
    patrols, cameras, kpi_id = await pool.resource(10.0), await pool.resource(5.0), new_id()
    body = {
        "name": "Rural",
        "kpi_id": str(kpi_id),
        "resource_ids": [str(cameras), str(patrols)],
        "least": 1.0,
        "most": 4.0,
    }
    made = await pool.post("/needs", {**body, "priority": 2.0}, "Makers")
    assert made["party_id"] == str(pool.parties["Makers"])
    assert made["resource_ids"] == sorted(map(str, (patrols, cameras)))
    assert await pool.get(f"/needs/{made['id']}") == made
    assert (await pool.get("/needs"))["items"] == [made]
    (told,) = await pool.events("need_changed")
    assert (told.data["kpi_id"], told.data["priority"]) == (str(kpi_id), 2.0)


async def test_a_need_is_changed_by_its_party_against_its_version(pool: Pool) -> None:
    patrols, cameras = await pool.resource(10.0), await pool.resource(5.0)
    path, own = f"/needs/{await pool.need('Makers', patrols, 4.0)}", pool.of["Makers"]
    body = {"resource_ids": [str(cameras), str(patrols)], "least": 2.0}
    changed = await own.patch(path, json=body, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    assert (len(changed.json()["resource_ids"]), changed.json()["least"], changed.headers["etag"]) == (2, 2.0, '"2"')
    fewer = await own.patch(path, json={"resource_ids": [str(cameras)], "active": False})
    assert (fewer.json()["resource_ids"], fewer.json()["active"]) == ([str(cameras)], False)
    assert (await own.patch(path, json={"least": 5.0})).status_code == 422
    assert (await own.patch(path, json={"name": "Late"}, headers={"If-Match": '"1"'})).status_code == 412
    assert (await pool.of["Ministry"].patch(path, json={"name": "Theirs"})).status_code == 403


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"most": 0.0}, "/most"),
        ({"least": 5.0, "most": 4.0}, "/least"),
        ({"priority": 0.0}, "/priority"),
        ({"resource_ids": []}, "/resource_ids"),
        ({"resource_ids": [str(new_id())]}, "/resource_ids/0"),
    ],
)
async def test_a_need_that_makes_no_sense_is_refused(pool: Pool, body: dict[str, Any], pointer: str) -> None:
    patrols = await pool.resource(10.0)
    answer = await pool.of["Ministry"].post(
        "/needs", json={"name": "Rural", "resource_ids": [str(patrols)], "most": 4.0, **body}
    )
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_resource_is_named_once(pool: Pool) -> None:
    patrols = str(await pool.resource(10.0))
    answer = await pool.of["Ministry"].post(
        "/needs", json={"name": "Rural", "resource_ids": [patrols] * 2, "most": 4.0}
    )
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/resource_ids/1"]


async def test_what_is_allocated_can_be_read_and_contested(roads: Roads) -> None:
    (summary,) = (await roads.pool.get("/allocations"))["items"]
    current = await roads.pool.get("/allocations/current")
    assert (current["revision"], current["cause"], current["id"]) == (1, "computed", summary["id"])
    assert await roads.pool.get(f"/allocations/{summary['id']}") == current
    assert {cell["party_id"] for cell in current["cells"]} == {
        str(roads.pool.parties[name]) for name in ("Ministry", "Makers")
    }
    certificate = current["certificate"]
    assert (certificate["method"], certificate["jain"], certificate["churn"]) == ("lp", 1.0, 20.0)
    assert [binding["constraint"] for binding in certificate["binding"]] == ["capacity"]
    assert certificate["binding"][0]["price"] == pytest.approx(0.025)
    assert certificate["envy"] == [[0.0, 0.0], [0.0, 0.0]]
    (told,) = await roads.pool.events("allocation_published")
    assert (told.data["revision"], told.data["certificate"]) == (1, certificate)


async def test_the_next_allocation_stays_within_the_churn_budget(pool: Pool) -> None:
    await Roads(pool).ready(churn_budget=4.0)
    third = await pool.need("Insurer", (await pool.get("/resources"))["items"][0]["id"], 20.0)
    await pool.post("/allocations", {})
    assert (await pool.cells())[third] == 2.0
    revisions = [each["revision"] for each in (await pool.get("/allocations"))["items"]]
    assert revisions == [2, 1]


async def test_an_impossible_allocation_says_why(pool: Pool) -> None:
    patrols = await pool.resource(10.0)
    await pool.need("Ministry", patrols, 20.0, least=11.0)
    answer = await pool.of["Ministry"].post("/allocations", json={})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:entente:problem:no-allocation")
    assert (await pool.of["Ministry"].get("/allocations/current")).status_code == 404


async def test_too_small_a_budget_is_answered_with_the_least_that_would_do(pool: Pool) -> None:
    roads = await Roads(pool).ready(churn_budget=4.0)
    await pool.of["Ministry"].patch(f"/resources/{roads.patrols}", json={"capacity": [10.0]})
    answer = await pool.of["Ministry"].post("/allocations", json={})
    assert answer.status_code == 422
    assert "10.0 units" in answer.json()["detail"]


async def test_floors_of_the_charter_are_guaranteed(pool: Pool) -> None:
    patrols = await pool.resource(20.0)
    ministry, makers = await pool.need("Ministry", patrols, 20.0), await pool.need("Makers", patrols, 20.0)
    await pool.sign(floors={"Makers": 0.8})
    await pool.post("/allocations", {})
    assert await pool.cells() == {ministry: 4.0, makers: 16.0}


async def test_what_is_inactive_is_left_out(pool: Pool) -> None:
    patrols, spare = await pool.resource(20.0), await pool.resource(20.0)
    ministry, makers = await pool.need("Ministry", patrols, 20.0), await pool.need("Makers", patrols, 20.0)
    await pool.need("Insurer", spare, 20.0)
    await pool.of["Makers"].patch(f"/needs/{makers}", json={"active": False})
    await pool.of["Ministry"].patch(f"/resources/{spare}", json={"active": False})
    await pool.post("/allocations", {})
    assert await pool.cells() == {ministry: 20.0}


async def test_indivisible_resources_are_allocated_whole(pool: Pool) -> None:
    vans = await pool.resource(3.0, indivisible=True)
    await pool.need("Ministry", vans, 3.0)
    await pool.need("Makers", vans, 3.0)
    await pool.post("/allocations", {})
    assert sorted((await pool.cells()).values()) == [1.0, 2.0]


async def test_an_empty_partnership_has_an_empty_allocation(pool: Pool) -> None:
    made = await pool.post("/allocations", {})
    assert (made["cells"], made["certificate"]["parties"]) == ([], [])


READS = ("/resources", "/needs", "/allocations", "/adjustments")


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.CONTRIBUTOR, Role.ALLIANCE_MANAGER])
async def test_roles_write_what_they_may(pool: Pool, role: Role) -> None:
    person = await pool.member(role)
    statuses = [
        (await person.post(path, json=body)).status_code
        for path, body in (("/resources", RESOURCE), ("/allocations", {}))
    ]
    expected = {Role.OBSERVER: [403, 403], Role.CONTRIBUTOR: [201, 403], Role.ALLIANCE_MANAGER: [201, 201]}
    assert statuses == expected[role]
    assert {(await person.get(path)).status_code for path in READS} == {200}


async def test_a_key_without_the_scope_may_only_read(pool: Pool) -> None:
    system = pool.client("system", "Ministry", "samples:write")
    assert (await system.post("/resources", json=RESOURCE)).status_code == 403
    assert (await system.get("/resources")).status_code == 200


async def test_strangers_find_nothing(roads: Roads) -> None:
    adjustment = await roads.adjustment(await roads.deviate())
    stranger = roads.pool.client("system", "Stranger", "organisation:admin")
    allocation = (await roads.pool.get("/allocations"))["items"][0]["id"]
    records = (
        f"/resources/{roads.patrols}",
        f"/needs/{roads.rural}",
        f"/allocations/{allocation}",
        f"/adjustments/{adjustment['id']}",
    )
    for path in (*READS, *records, "/allocations/current"):
        assert (await stranger.get(path)).status_code == 404, path
    for path, body in (("/resources", RESOURCE), ("/needs", {}), ("/allocations", {})):
        assert (await stranger.post(path, json=body)).status_code in {404, 422}, path


async def test_unknown_records_are_not_found(pool: Pool) -> None:
    for path in ("/resources", "/needs", "/allocations", "/adjustments"):
        assert (await pool.of["Ministry"].get(f"{path}/{new_id()}")).status_code == 404, path


async def test_every_table_of_a_tenant_is_under_forced_row_level_security(resources_admin: asyncpg.Connection) -> None:
    rows = await resources_admin.fetch(
        "SELECT relname FROM pg_class c JOIN information_schema.columns k ON k.table_name = c.relname"
        " WHERE c.relkind = 'r' AND k.column_name = 'partnership_id' AND NOT (relrowsecurity AND relforcerowsecurity)"
    )
    assert {row["relname"] for row in rows} <= {"outbox", "parked_event", "timer", "partnership_clock"}


async def test_an_older_charter_never_replaces_a_newer_one(roads: Roads) -> None:
    pool = roads.pool
    await pool.sign(roads.lever(effect=-4.0))
    late = pool.versions[pool.id] - 1
    event = objectives.CharterSigned(
        partnership_id=pool.id, version=0, hash="h", levers=[], mandates=[], ladder=[], floors=[],
        policy=objectives.AdjustmentPolicy(
            churn_budget=0.0, rollback_on_failure=False, verify_samples=1, damping_half_life="P1D", cap_per_period=0,
            review_period="P1D", cool_down="P1D",
        ),
    )  # fmt: skip
    await pool.deliver(event, version=late)
    found = await roads.adjustment(await roads.deviate(gap=-4.0))
    assert (found["state"], found["churn"]) == ("proposed", 2.0)


async def test_weights_follow_the_newest_state_of_the_partnership(pool: Pool) -> None:
    patrols = await pool.resource(9.0)
    ministry, makers = await pool.need("Ministry", patrols, 9.0), await pool.need("Makers", patrols, 9.0)
    parties = [
        objectives.Party(
            party_id=pool.parties[name], organisation_id=pool.organisations[name], name=name, weight=weight
        )
        for name, weight in (("Ministry", 2), ("Makers", 1), ("Insurer", 1))
    ]
    event = objectives.PartnershipChanged(
        partnership_id=pool.id, name="Road safety", stage="working_together", clock=objectives.ClockMode.REPLAY,
        clock_now=None, parties=parties,
    )  # fmt: skip
    await pool.deliver(event)
    await pool.deliver(event.model_copy(update={"parties": parties[1:]}), version=1)
    await pool.post("/allocations", {})
    assert await pool.cells() == {ministry: 6.0, makers: 3.0}


async def test_lists_are_paginated(pool: Pool) -> None:
    made = [await pool.resource(float(number)) for number in range(1, 4)]
    first = await pool.get("/resources", limit=2)
    second = await pool.get("/resources", limit=2, cursor=first["next_cursor"])
    assert [UUID(each["id"]) for each in (*first["items"], *second["items"])] == sorted(made)
    assert second["next_cursor"] is None


def test_the_document_names_every_operation_after_the_service() -> None:
    document = create_app().openapi()
    operations = [one for path in document["paths"].values() for one in path.values() if isinstance(one, dict)]
    named = {
        one["operationId"]
        for one in operations
        if one["tags"][0] in {"resources", "needs", "allocations", "adjustments"}
    }
    assert len(named) == 14
    assert all(name.startswith("resources_") for name in named)
    assert "default" not in document["components"]["schemas"]["ResourcePatch"]["properties"]["name"]
