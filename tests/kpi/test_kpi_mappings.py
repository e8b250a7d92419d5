"""Mapping rules over HTTP: kept, changed with ETags, tried, and followed by the next push."""

from kpi.sources_world import lines, map_to, points, write

from entente_kpi.mappings import domain
from entente_shared.events.objectives import Role


async def test_a_rule_is_followed_by_the_next_push(kpis):
    kpi, other = await kpis.define(), await kpis.define()
    rule = await map_to(kpi, "orders.*", kind="glob", labels={"site": "lyon"}, scale=2.0, offset=1.0)
    assert (await write(kpis, lines("orders", {1: 5.0}, ",site=lyon,line=a"))).status_code == 204
    changed = await kpis.http.patch(f"/sources/mappings/{rule['id']}", json={"kpi_id": str(other.id)})
    assert changed.json()["kpi_id"] == str(other.id)
    assert (await write(kpis, lines("orders", {2: 6.0}, ",site=lyon"))).status_code == 204
    assert (await points(kpi), await points(other)) == ({1: 11.0}, {2: 13.0})


async def test_a_rule_is_read_changed_and_deleted_by_its_version(kpis):
    kpi = await kpis.define()
    rule = await map_to(kpi, "up")
    path = f"/sources/mappings/{rule['id']}"
    assert (await kpis.http.get(path)).headers["etag"] == '"1"'
    stale = {"If-Match": '"7"'}
    assert (await kpis.http.patch(path, json={"priority": 3}, headers=stale)).status_code == 412
    assert (await kpis.http.delete(path, headers=stale)).status_code == 412
    changed = await kpis.http.patch(path, json={"priority": 3, "labels": {"a": "b"}}, headers={"If-Match": '"1"'})
    assert (changed.headers["etag"], changed.json()["priority"], changed.json()["labels"]) == ('"2"', 3, {"a": "b"})
    assert [each["id"] for each in (await kpis.get("/sources/mappings"))["items"]] == [rule["id"]]
    assert (await kpis.http.delete(path, headers={"If-Match": '"2"'})).status_code == 204
    assert (await kpis.http.get(path)).status_code == 404
    assert (await kpis.get("/sources/mappings"))["items"] == []


async def test_rules_that_make_no_sense_are_refused(kpis, monkeypatch):
    kpi = await kpis.define()
    good = {"kpi_id": str(kpi.id), "name": "up"}
    for wrong, pointer in (
        ({"scale": 0}, "/scale"), ({"name": "u*"}, "/name"), ({"kpi_id": kpis.http.base_url.path[-36:]}, "/kpi_id"),
        ({"labels": {f"k{n}": "v" for n in range(17)}}, "/labels"),
    ):  # fmt: skip
        answer = await kpis.http.post("/sources/mappings", json={**good, **wrong})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    rule = await map_to(kpi, "up")
    assert (await kpis.http.patch(f"/sources/mappings/{rule['id']}", json={"scale": 0})).status_code == 422
    monkeypatch.setattr(domain, "MOST_RULES", 1)
    assert (await kpis.http.post("/sources/mappings", json=good)).status_code == 409


async def test_who_may_edit_rules(kpis):
    kpi = await kpis.define()
    body = {"kpi_id": str(kpi.id), "name": "up"}
    sponsor, observer = await kpis.member(Role.SPONSOR), await kpis.member(Role.OBSERVER)
    pusher = kpis.client("system", kpis.organisation, None, "samples:write")
    made = await sponsor.post("/sources/mappings", json=body)
    assert made.status_code == 201
    path = f"/sources/mappings/{made.json()['id']}"
    for client in (observer, pusher):
        assert (await client.get(path)).status_code == 200
        assert (await client.post("/sources/mappings", json=body)).status_code == 403
        assert (await client.patch(path, json={"priority": 1})).status_code == 403
        assert (await client.delete(path)).status_code == 403
        await client.aclose()
    await sponsor.aclose()


async def test_rules_can_be_tried_on_a_sample(kpis):
    kpi = await kpis.define()
    stored = await map_to(kpi, "up", labels={"job": "node"})
    series = [{"name": "up", "labels": {"job": "node"}}, {"name": "up"}]
    tried = (await kpis.http.post("/sources/mappings/trials", json={"series": series})).json()
    assert [(each["verdict"], each["kpi_id"], each["rules"]) for each in tried["items"]] == [
        ("mapped", str(kpi.id), [stored["id"]]), ("unmatched", None, []),
    ]  # fmt: skip
    rules = [
        {"kpi_id": str(kpi.id), "name": "cpu.*", "kind": "glob"},
        {"kpi_id": str(kpi.id), "name": "cpu.?", "kind": "glob", "scale": 2},
    ]
    body = {"rules": rules, "line_protocol": 'cpu,host=a b=1 5\nnonsense\ncpu c="text" 5'}
    tried = (await kpis.http.post("/sources/mappings/trials", json=body, headers={"Accept-Language": "fr"})).json()
    assert [(each["name"], each["labels"], each["verdict"], each["rules"]) for each in tried["items"]] == [
        ("cpu.b", {"host": "a"}, "ambiguous", [0, 1])
    ]
    assert [(each["line"], each["field"]) for each in tried["refused"]] == [(2, "line"), (3, "field")]
    assert "quarantaine" in tried["items"][0]["why"]
    assert await points(kpi) == {}
