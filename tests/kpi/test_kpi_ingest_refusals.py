"""What ingest refuses as a whole: bodies that are no samples, and callers who may not push."""

from uuid import uuid4

import pytest
from kpi.kpi_world import day, stamp, stored

from entente_shared.events.objectives import Role

BAD_BODIES = {
    '{"samples": [{"at": "2026-01-01T00:00:00Z", "value": NaN}]}': None,
    '{"samples": [{"at": "2026-01-01T00:00:00Z", "value": Infinity}]}': None,
    '{"samples": [{"at": "2026-01-01T00:00:00Z", "value": 1e999}]}': None,
    '{"samples": [{"at": "2026-01-01T00:00:00", "value": 1}]}': "/samples/0/at",
    '{"samples": [{"at": 253402300800, "value": 1}]}': "/samples/0/at",
    '{"samples": [{"at": "2026-13-01T00:00:00Z", "value": 1}]}': "/samples/0/at",
    '{"samples": [{"at": "2026-01-01T00:00:00Z\\u0000", "value": 1}]}': "/samples/0/at",
    '{"samples": [{"at": "\\ud800", "value": 1}]}': None,
    '{"samples": [{"at": "2026-01-01T00:00:00Z", "value": "1"}]}': "/samples/0/value",
    '{"samples": [{"at": "2026-01-01T00:00:00Z", "value": true}]}': "/samples/0/value",
    '{"samples": [{"at": "2026-01-01T00:00:00Z", "value": null}]}': "/samples/0/value",
    '{"samples": [{"at": "2026-01-01T00:00:00Z", "value": 1, "correction": 1}]}': "/samples/0/correction",
    '{"samples": [{"at": "2026-01-01T00:00:00Z", "value": 1}, {"at": "2026-01-01T00:00:00Z"}]}': "/samples/1/value",
    '{"samples": [{"at": "2026-01-01T00:00:00Z", "value": 1, "canary": 1}]}': "/samples/0",
    '{"samples": [7]}': "/samples/0",
    '{"samples": {}}': "/samples",
    '{"samples": ' + "[" * 200_000: None,
    "{}": "/samples",
    "[]": "",
    "": None,
    "{": None,
}


@pytest.mark.parametrize("body", BAD_BODIES)
async def test_a_body_that_is_no_list_of_samples_is_refused_as_a_whole(kpis, body):
    kpi = await kpis.define()
    answer = await kpis.http.post(f"/kpis/{kpi.id}/samples", content=body, headers={"Content-Type": "application/json"})
    problem = answer.json()
    assert answer.status_code == 422, answer.text
    assert "canary" not in answer.text
    if BAD_BODIES[body] is not None:
        assert problem["errors"][0]["pointer"] == BAD_BODIES[body]
    assert await stored(kpi) == []


_ONE, _OTHER = "01939f61-2d01-7f61-b141-a3548fc06001", "01939f61-2d01-7f61-b141-a3548fc06002"
_TIMES = '"start": "2026-01-01T00:00:00Z", "step": "PT1S"'
_MANY = ", ".join(f'"{_ONE[:-5]}{number:05}": []' for number in range(10_001))
BAD_TABLES = {
    f'{{"table": {{{_TIMES}, "values": {{"{_ONE}": [1, 2], "{_OTHER}": [1]}}}}}}': f"/table/values/{_OTHER}",
    f'{{"table": {{"at": ["2026-01-01T00:00:00Z"], "values": {{"{_ONE}": [1, 2]}}}}}}': "/table/values",
    f'{{"table": {{"values": {{"{_ONE}": [1, 2]}}}}}}': "/table",
    f'{{"table": {{"start": "2026-01-01T00:00:00Z", "step": "P0D", "values": {{"{_ONE}": [1]}}}}}}': "/table/step",
    f'{{"table": {{{_TIMES}, "values": {{"canary": [1]}}}}}}': "/table/values",
    f'{{"table": {{{_TIMES}, "values": {{"{_ONE}": [1, "canary"]}}}}}}': "/table/values",
    f'{{"table": {{{_TIMES}, "values": {{"{_ONE}": {[1] * 5001}, "{_OTHER}": {[1] * 5001}}}}}}}': "/table",
    f'{{"table": {{"at": [], "values": {{{_MANY}}}}}}}': "/table",
    f'{{"series": [], "table": {{{_TIMES}, "values": {{}}}}}}': "/samples",
}


@pytest.mark.parametrize("body", BAD_TABLES, ids=range(len(BAD_TABLES)))
async def test_a_table_that_cannot_be_read_is_refused_as_a_whole(kpis, body):
    answer = await kpis.http.post("/samples", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert "canary" not in answer.text
    assert answer.json()["errors"][0]["pointer"] == BAD_TABLES[body]


async def test_another_kind_of_body_is_refused(kpis):
    kpi = await kpis.define()
    answer = await kpis.http.post(f"/kpis/{kpi.id}/samples", content=b"a=1", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


async def test_who_may_push(kpis, found):
    kpi = await kpis.define()
    sample = {"samples": [{"at": stamp(day(0)), "value": 1}]}
    statuses = {
        role: (await (await kpis.member(role)).post(f"/kpis/{kpi.id}/samples", json=sample)).status_code
        for role in (Role.CONTRIBUTOR, Role.ALLIANCE_MANAGER, Role.SPONSOR, Role.OBSERVER, Role.MEDIATOR)
    }
    assert statuses == {
        Role.CONTRIBUTOR: 200,
        Role.ALLIANCE_MANAGER: 200,
        Role.SPONSOR: 200,
        Role.OBSERVER: 403,
        Role.MEDIATOR: 403,
    }
    without_scope = kpis.client("system", kpis.organisation)
    stranger = kpis.client("system", (await found()).organisation, None, "samples:write")
    for client, status in ((without_scope, 403), (stranger, 404)):
        for path in (f"/kpis/{kpi.id}/samples", "/samples"):
            assert (await client.post(path, json=sample)).status_code == status
    assert (await kpis.http.post(f"/kpis/{uuid4()}/samples", json=sample)).status_code == 404
