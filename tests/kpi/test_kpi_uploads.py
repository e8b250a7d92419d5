"""Uploads of any length: in pieces, in constant memory, with every refused line told."""

import asyncio
import gzip
import itertools
import json
import zlib

import pytest
from kpi.kpi_world import day, stamp
from kpi.sources_world import map_to, points, quarantined
from sqlalchemy.exc import DBAPIError

from entente_kpi.sources import commands
from entente_kpi.uploads import domain, routes
from entente_shared.events.objectives import Role

NDJSON, CSV = {"Content-Type": "application/x-ndjson"}, {"Content-Type": "text/csv; charset=utf-8"}


def ndjson(*samples):
    return "".join(json.dumps(each) + "\n" for each in samples)


async def upload(kpis, body, headers=NDJSON, client=None):
    return await (client or kpis.http).post("/samples/uploads", content=body, headers=headers)


async def test_ndjson_and_csv_with_kpis_and_names(kpis):
    kpi, other = await kpis.define(), await kpis.define()
    await map_to(other, "orders", labels={"site": "lyon"})
    report = await upload(
        kpis,
        ndjson(
            {"kpi_id": str(kpi.id), "at": stamp(day(1)), "value": 1.0},
            {"name": "orders", "labels": {"site": "lyon"}, "at": stamp(day(1)), "value": 2},
            {"name": "orders", "labels": {"site": "nice"}, "at": stamp(day(1)), "value": 3},
        ),
    )
    assert report.status_code == 200, report.text
    assert report.json() == {
        "lines": 3, "stored": 2, "unchanged": 0, "corrected": 0, "quarantined": 1, "refused": 0, "refusals": [], "left_off": 0,
    }  # fmt: skip
    body = f"kpi_id,at,value,correction\n{kpi.id},{stamp(day(1))},1.0,\n{kpi.id},{stamp(day(1))},5,true\n{kpi.id},{stamp(day(2))},6,\n"
    report = (await upload(kpis, body, CSV)).json()
    assert (report["lines"], report["stored"], report["unchanged"], report["corrected"]) == (4, 1, 1, 1)
    named = f"name,site,at,value\norders,lyon,{stamp(day(2))},7\n"
    assert (await upload(kpis, named, CSV)).json()["stored"] == 1
    assert (await points(kpi), await points(other)) == ({1: 5.0, 2: 6.0}, {1: 2.0, 2: 7.0})
    assert await quarantined(kpis) == {"orders": 1}


async def test_each_refused_line_is_told_up_to_a_thousand(kpis, monkeypatch):
    monkeypatch.setattr(routes, "MOST_TOLD", 3)
    monkeypatch.setattr(routes, "AT_ONCE", 2)
    kpi = await kpis.define()
    await kpi.push({1: 0.0})
    at = stamp(day(1))
    body = f"kpi_id,at,value\n\n{kpi.id},{at},5\n{kpi.id},{at},0\n{kpi.id},x,1\n00000000-0000-0000-0000-000000000000,{at},1\nx\ny\n"
    report = (await upload(kpis, body, CSV)).json()
    assert [(each["line"], each["field"]) for each in report["refusals"]] == [(3, "value"), (5, "at"), (6, "kpi_id")]
    assert (report["lines"], report["unchanged"], report["refused"], report["left_off"]) == (8, 1, 5, 2)


async def test_each_piece_is_committed_before_the_next_is_read(kpis, monkeypatch):
    monkeypatch.setattr(routes, "AT_ONCE", 10)
    kpi = await kpis.define()
    first, gate = asyncio.Event(), asyncio.Event()

    async def body():
        for number in range(10):
            yield ndjson({"kpi_id": str(kpi.id), "at": stamp(day(number)), "value": 1.0}).encode()
        first.set()
        await gate.wait()
        yield b"broken\n"

    sending = asyncio.create_task(upload(kpis, body()))
    await first.wait()
    async with asyncio.timeout(10):
        while len(await points(kpi)) < 10:
            await asyncio.sleep(0.02)
    gate.set()
    assert ((await sending).json()["stored"], (await sending).json()["refused"]) == (10, 1)


async def test_what_was_stored_stays_when_the_database_goes_away(kpis, monkeypatch):
    monkeypatch.setattr(routes, "AT_ONCE", 1)
    kpi, deliver, count = await kpis.define(), commands.deliver, itertools.count()

    async def fail(*arguments):
        if next(count) == 2:
            raise OSError("gone")
        return await deliver(*arguments)

    monkeypatch.setattr(commands, "deliver", fail)
    body = ndjson(*({"kpi_id": str(kpi.id), "at": stamp(day(n)), "value": 1.0} for n in range(4)))
    answer = await upload(kpis, body)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert "before line 3" in answer.json()["detail"]
    assert await points(kpi) == {0: 1.0, 1: 1.0}
    assert (await upload(kpis, body)).json()["unchanged"] == 2


class DeadlockError(Exception):
    sqlstate = "40P01"


@pytest.mark.parametrize(("deadlocks", "status"), [(2, 200), (3, 503)])
async def test_a_piece_that_lost_to_another_transaction_is_tried_again(kpis, monkeypatch, deadlocks, status):
    kpi, deliver, count = await kpis.define(), commands.deliver, itertools.count()

    async def lose(*arguments):
        if next(count) < deadlocks:
            raise DBAPIError("", {}, DeadlockError())
        return await deliver(*arguments)

    monkeypatch.setattr(commands, "deliver", lose)
    answer = await upload(kpis, ndjson({"kpi_id": str(kpi.id), "at": stamp(day(0)), "value": 1.0}))
    assert answer.status_code == status
    assert await points(kpi) == ({0: 1.0} if status == 200 else {})


async def test_bodies_beyond_the_limit_of_other_routes_are_taken_in_constant_memory(kpis):
    kpi = await kpis.define()
    padding = b" " * 40_000

    async def body():
        for number in range(300):  # 12 MB
            line = {"kpi_id": str(kpi.id), "at": stamp(day(number)), "value": 1.0}
            yield json.dumps(line).encode() + padding + b"\n"

    assert (await upload(kpis, body())).json()["stored"] == 300
    assert len(await points(kpi)) == 300


async def test_a_line_without_end_is_one_refusal(kpis):
    async def body():
        for _ in range(100):
            yield b"x" * 100_000

    report = (await upload(kpis, body())).json()
    assert [(each["line"], each["reason"]) for each in report["refusals"]] == [(1, domain.TOO_LONG.reason)]


async def test_a_bomb_of_line_ends_is_refused(kpis):
    compressor = zlib.compressobj(9, wbits=31)
    newlines = b"\n" * 2**20
    bomb = b"".join(compressor.compress(newlines) for _ in range(64)) + compressor.flush()
    answer = await upload(kpis, bomb, {**NDJSON, "Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:entente:problem:too-large")
    kpi = await kpis.define()
    good = gzip.compress(ndjson({"kpi_id": str(kpi.id), "at": stamp(day(0)), "value": 1.0}).encode())
    assert (await upload(kpis, good, {**NDJSON, "Content-Encoding": "gzip"})).json()["stored"] == 1


async def test_what_uploaders_may_get_wrong(kpis):
    assert (await upload(kpis, b"", {"Content-Type": "application/json"})).status_code == 415
    answer = await upload(kpis, b"kpi_id,value\n", CSV)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:entente:problem:invalid-header")
    observer = await kpis.member(Role.OBSERVER)
    assert (await upload(kpis, b"", client=observer)).status_code == 403
    assert (await upload(kpis, b"")).json()["lines"] == 0
    await observer.aclose()


@pytest.mark.parametrize("key", ["Bearer x", ""])
async def test_nobody_uploads_without_a_token(kpis, key):
    answer = await kpis.http.post("/samples/uploads", content=b"", headers={**NDJSON, "Authorization": key})
    assert answer.status_code == 401


async def test_an_upload_tells_what_it_caused(kpis):
    """Its Consistency-Token names the last event, so that a reader of another service can wait for it."""
    kpi = await kpis.define()
    await kpi.agree()
    answer = await upload(kpis, ndjson({"kpi_id": str(kpi.id), "at": stamp(day(1)), "value": -1.0}))
    assert answer.headers["consistency-token"].startswith("kpi:")
