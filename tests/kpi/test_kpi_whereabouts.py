"""Where a sample went."""

import pytest
from kpi.kpi_world import day, stamp
from kpi.sources_world import lines, map_to, write

from entente_shared.events.objectives import Role
from entente_shared.ids import new_id


async def where(kpis, at, **params):
    return await kpis.get("/samples/whereabouts", at=stamp(day(at)), **params)


async def test_a_stored_and_a_replaced_sample(kpis):
    kpi = await kpis.define()
    await kpi.push({1: 5.0, 2: 6.0})
    await kpi.push({2: 7.0}, correction=True)
    first, second = [await where(kpis, at, kpi_id=str(kpi.id)) for at in (1, 2)]
    assert (first["state"], first["value"], first["corrections"]) == ("stored", 5.0, [])
    assert (second["state"], second["value"]) == ("replaced", 7.0)
    assert [(each["replaced"], each["value"]) for each in second["corrections"]] == [(6.0, 7.0)]
    assert (await where(kpis, 3, kpi_id=str(kpi.id)))["state"] == "unknown"
    assert (await where(kpis, 1, kpi_id=str(new_id())))["state"] == "unknown"


async def test_a_foreign_sample_from_quarantine_to_its_kpi(kpis):
    kpi, series = await kpis.define(), {"name": "a.v", "label": ["site=lyon", "line=a=b"]}
    await write(kpis, lines("a", {1: 5.0}, r",site=lyon,line=a\=b"))
    found = await where(kpis, 1, **series)
    assert (found["state"], found["kpi_id"], [each["value"] for each in found["quarantined"]]) == (
        "quarantined",
        None,
        [5.0],
    )
    assert (await where(kpis, 1, name="a.v"))["state"] == "unknown"
    assert (await where(kpis, 2, **series))["state"] == "unknown"
    await map_to(kpi, "a.v", scale=2.0)
    assert (await where(kpis, 1, **series))["state"] == "quarantined"
    await kpis.http.post("/quarantine/replays", json={})
    found = await where(kpis, 1, **series)
    assert (found["state"], found["kpi_id"], found["value"], found["quarantined"]) == ("stored", str(kpi.id), 10.0, [])


async def test_a_value_that_was_refused(kpis):
    kpi = await kpis.define()
    await map_to(kpi, "a.v", scale=2.0)
    await kpi.push({1: 10.0})
    assert (await write(kpis, lines("a", {1: 6.0}))).status_code == 400
    states = [(await where(kpis, 1, name="a.v", value=value))["state"] for value in (5.0, 6.0)]
    assert states == ["stored", "rejected"]
    await kpi.push({1: 8.0}, correction=True)
    states = [(await where(kpis, 1, kpi_id=str(kpi.id), value=value))["state"] for value in (10.0, 8.0, 12.0)]
    assert states == ["replaced", "replaced", "rejected"]


async def test_a_value_in_quarantine_is_found_beside_another_that_is_stored(kpis):
    kpi = await kpis.define()
    await write(kpis, lines("a", {1: 5.0}))
    await kpi.push({1: 1.0})
    await map_to(kpi, "a.v")
    states = {value: (await where(kpis, 1, name="a.v", value=value))["state"] for value in (1.0, 5.0, 9.0)}
    assert states == {1.0: "stored", 5.0: "quarantined", 9.0: "rejected"}


async def test_a_dropped_sample(kpis):
    await write(kpis, lines("a", {1: 5.0, 3: 6.0}))
    (series,) = (await kpis.get("/quarantine/series"))["items"]
    sponsor = await kpis.member(Role.SPONSOR)
    await sponsor.post("/quarantine/drops", json={"series_ids": [series["id"]], "reason": "a test"})
    found = await where(kpis, 3, name="a.v")
    assert (found["state"], [each["reason"] for each in found["dropped"]]) == ("dropped", ["a test"])
    assert (await where(kpis, 4, name="a.v"))["state"] == "unknown"
    await sponsor.aclose()


@pytest.mark.parametrize(
    "params",
    [{}, {"name": "a", "kpi_id": "01939f61-2d01-7f61-b141-a3548fc06001"}, {"name": "a", "label": "x"}, {"name": "a", "label": "=x"}],
)  # fmt: skip
async def test_a_question_that_is_not_clear(kpis, params):
    answer = await kpis.http.get("/samples/whereabouts", params={"at": stamp(day(1)), **params})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:entente:problem:invalid-question")


async def test_a_time_must_have_an_offset(kpis):
    answer = await kpis.http.get("/samples/whereabouts", params={"at": "2026-01-01T00:00:00", "name": "a"})
    assert answer.status_code == 422
