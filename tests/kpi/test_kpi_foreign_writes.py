"""Foreign protocols against the service: what is kept, what is answered, and by which status."""

import asyncio
import gzip
import json
import os

import cramjam
import pytest
import zstandard
from google.protobuf import json_format
from kpi.kpi_world import START, day, stamp
from kpi.sources_world import NS, lines, map_to, points, quarantined, write
from kpi.test_kpi_foreign_metrics import metrics, write_request
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)

from entente_kpi.ingest import admission
from entente_kpi.mappings import queries
from entente_kpi.sources.domain import MOST_SAMPLES
from entente_shared.events.objectives import Role
from entente_shared.ids import new_id

MS = NS // 10**6
PROTOBUF = {"Content-Type": "application/x-protobuf"}
SNAPPY = {**PROTOBUF, "Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "0.1.0"}


async def test_influx_v1_and_v2_write_alike(kpis):
    kpi = await kpis.define()
    await map_to(kpi, "a.v")
    one = await write(kpis, lines("a", {1: 1.0}), precision="ns", rp="autogen", consistency="one")
    two = await kpis.http.post(
        "/ingest/influx/api/v2/write",
        content=f"a v=2 {MS + 2 * 86_400_000}",
        params={"org": "o", "bucket": "b", "precision": "ms"},
    )
    for answer in (one, two):
        assert (answer.status_code, answer.content, answer.headers["entente-outcome"]) == (204, b"", "stored=1")
        assert answer.headers["x-influxdb-version"]
    assert await points(kpi) == {1: 1.0, 2: 2.0}


async def test_a_partial_write_keeps_the_good_lines(kpis):
    kpi = await kpis.define()
    await map_to(kpi, "a.v")
    await kpi.push({1: 9.0})
    body = lines("a", {1: 1.0, 2: 2.0}) + f'nonsense\na v="text" {NS}\n' + lines("a", {3: 3.0})
    one = await write(kpis, body)
    assert one.status_code == 400
    error = one.json()["error"]
    assert error.startswith("partial write: line 1: value: Another value is stored")
    assert [f"line {n}:" in error for n in range(1, 6)] == [True, False, True, True, False]
    assert error.endswith(" dropped=3")
    assert "nonsense" not in error
    assert await points(kpi) == {1: 9.0, 2: 2.0, 3: 3.0}
    two = await kpis.http.post("/ingest/influx/api/v2/write", content=body)
    assert (two.status_code, two.json()["code"]) == (400, "invalid")
    assert two.json()["message"].endswith(" dropped=3")


async def test_a_correcting_kpi_takes_the_last_value(kpis):
    kpi = await kpis.define("correct")
    await map_to(kpi, "a.v")
    assert (await write(kpis, lines("a", {1: 1.0}))).status_code == 204
    again = await write(kpis, lines("a", {1: 2.0}) + lines("a", {2: 5.0}))
    assert again.headers["entente-outcome"] == "stored=1, corrected=1"
    assert await points(kpi) == {1: 2.0, 2: 5.0}


async def test_a_line_without_a_time_is_of_now(kpis):
    kpi = await kpis.define()
    await map_to(kpi, "a.v")
    assert (await write(kpis, "a v=1")).status_code == 204
    before = await kpis.admin.fetchval("SELECT now() - interval '1 minute'")
    (point,) = (await kpis.get(f"/kpis/{kpi.id}/samples"))["items"]
    assert before.isoformat() < point["at"]


async def test_many_series_of_one_request_keep_their_order(kpis):
    """Interleaved series, one KPI fed by two of them: of two values for one time the first holds."""
    one, two = await kpis.define(), await kpis.define()
    await map_to(one, "a.*", kind="glob")
    await map_to(two, "b.v")
    time = lines("a", {1: 1.0}).split()[-1]
    body = f"a,x=1 v=1 {time}\nb v=7 {time}\na,x=2 w=2 {time}\nb v=7 {time}\nc v=1 {time}\n"
    answer = await write(kpis, body)
    assert answer.status_code == 400
    assert answer.headers["entente-outcome"] == "stored=2, unchanged=1, quarantined=1, refused=1"
    assert "line 3: value: Another value" in answer.json()["error"]
    assert (await points(one), await points(two), await quarantined(kpis)) == ({1: 1.0}, {1: 7.0}, {"c.v": 1})


@pytest.mark.parametrize("path", ["/ingest/influx/write", "/ingest/influx/api/v2/write"])
async def test_what_influx_writers_may_get_wrong(kpis, path):
    wrong = await kpis.http.post(path, content="a v=1", params={"precision": "parsec"})
    assert (wrong.status_code, wrong.json()["type"]) == (400, "urn:entente:problem:invalid-precision")
    many = await kpis.http.post(path, content="a v=1\n" * (MOST_SAMPLES + 1))
    assert (many.status_code, many.json()["type"]) == (413, "urn:entente:problem:too-many-samples")
    observer = await kpis.member(Role.OBSERVER)
    assert (await observer.post(path, content="a v=1")).status_code == 403
    reader = kpis.client("system", kpis.organisation, None, "organisation:admin")
    assert (await reader.post(path, content="a v=1")).status_code == 403
    assert await quarantined(kpis) == {}
    await observer.aclose()
    await reader.aclose()


async def test_concurrent_writers_lose_and_double_nothing(kpis):
    """Some of the series are mapped; all writers send the same samples, each twice."""
    kpi = await kpis.define()
    await map_to(kpi, "a.v")
    bodies = [lines("a", {n: 1.0}) + lines("b", {n: 1.0, n + 1: 1.0}) + lines(f"c{n}", {1: 1.0}) for n in range(8)]
    answers = await asyncio.gather(*(write(kpis, body) for body in bodies * 2))
    assert {answer.status_code for answer in answers} == {204}
    assert await points(kpi) == dict.fromkeys(range(8), 1.0)
    assert await quarantined(kpis) == {"b.v": 9, **{f"c{n}.v": 1 for n in range(8)}}
    holder = await kpis.admin.fetchrow(
        "SELECT samples, series FROM quarantine_holder WHERE partnership_id = $1", kpis.id
    )
    assert (holder["samples"], holder["series"]) == (17, 9)


async def test_pushes_that_come_together_are_told_apart(kpis):
    """What is plain commits together; each writer is told of its own lines."""
    kpi = await kpis.define()
    await map_to(kpi, "a.v")
    bodies = [lines("a", {n: float(n)}) + ("nonsense\n" if n % 3 == 0 else "") for n in range(20)]
    answers = await asyncio.gather(*(write(kpis, body) for body in bodies))
    assert [answer.status_code for answer in answers] == [400 if n % 3 == 0 else 204 for n in range(20)]
    assert {answer.headers["entente-outcome"] for answer in answers} == {"stored=1", "stored=1, refused=1"}
    assert await points(kpi) == {n: float(n) for n in range(20)}


async def test_a_repeat_with_its_key_is_answered_as_the_first_time(kpis):
    kpi = await kpis.define()
    await map_to(kpi, "a.v")
    headers = {"Idempotency-Key": "one"}
    for replayed in (None, "true"):
        answer = await kpis.http.post("/ingest/influx/write", content=lines("a", {1: 1.0}), headers=headers)
        assert (answer.status_code, answer.headers.get("idempotency-replayed")) == (204, replayed)
    other = await kpis.http.post("/ingest/influx/write", content=lines("a", {1: 2.0}), headers=headers)
    assert other.status_code == 409
    assert await points(kpi) == {1: 1.0}


async def test_a_push_tells_what_it_caused(kpis):
    kpi = await kpis.define()
    await kpi.agree()
    await map_to(kpi, "a.v")
    answer = await write(kpis, lines("a", {1: -1.0}))
    assert answer.headers["consistency-token"].startswith("kpi:")
    assert (await kpi.state()) == "firing"


async def test_overload_and_outages_are_told_to_come_again(kpis, monkeypatch):
    kpi = await kpis.define()
    await map_to(kpi, "a.v")
    with monkeypatch.context() as patch:
        patch.setattr(admission, "_WAITING_BYTES", 10)
        answers = [
            await write(kpis, lines("a", {1: 1.0})),
            await kpis.http.post("/samples/uploads", content=b"", headers={"Content-Type": "application/x-ndjson"}),
        ]

    async def fail(*_):
        raise OSError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(queries, "current", fail)
        answers.append(await write(kpis, lines("a", {1: 1.0})))
    assert [(answer.status_code, answer.headers["retry-after"]) for answer in answers] == [(503, "1")] * 3
    assert (await write(kpis, lines("a", {1: 1.0}))).status_code == 204


async def test_a_compressed_body_is_admitted_by_what_was_sent(kpis, monkeypatch):
    monkeypatch.setattr(admission, "_WAITING_BYTES", 2000)
    headers = {"Content-Encoding": "gzip"}
    small = await kpis.http.post("/ingest/influx/write", content=gzip.compress(b"# a remark"), headers=headers)
    assert small.status_code == 204

    async def unannounced():
        yield gzip.compress(b"# a remark")

    unknown = await kpis.http.post("/ingest/influx/write", content=unannounced(), headers=headers)
    assert unknown.status_code == 503


async def test_a_stranger_with_a_bad_body_is_told_nothing_of_the_body(kpis):
    stranger = kpis.client("system", new_id(), None, "samples:write")
    for path in ("/ingest/prometheus/write", "/ingest/otlp/v1/metrics"):
        assert (await stranger.post(path, content=b"?")).status_code == 404
    await stranger.aclose()


async def test_what_influx_clients_ask_before_they_write(kpis):
    for path in ("/ingest/influx/ping", "/ingest/influx/api/v2/ping"):
        answer = await kpis.http.get(path)
        assert (answer.status_code, answer.headers["x-influxdb-version"]) == (204, "1.8.10")
    for path in ("/ingest/influx/health", "/ingest/influx/api/v2/health"):
        assert (await kpis.get(path))["status"] == "pass"
    assert (await kpis.get("/ingest/influx/query", q="SHOW DATABASES"))["results"][0]["series"][0]["values"] == [
        ["entente"]
    ]
    made = await kpis.http.post("/ingest/influx/query", params={"q": 'CREATE DATABASE "x" WITH DURATION 3d'})
    assert made.json() == {"results": [{"statement_id": 0}]}
    form = await kpis.http.post("/ingest/influx/query", data={"q": "CREATE DATABASE telegraf"})
    assert form.json() == made.json()
    for path in ("", "DROP DATABASE x", "SELECT * FROM a", "CREATE DATABASE x; DROP DATABASE x"):
        assert (await kpis.http.post("/ingest/influx/query", params={"q": path})).status_code == 400


@pytest.mark.parametrize(("encoding", "compress"), [("gzip", gzip.compress), ("zstd", zstandard.compress)])
async def test_compressed_bodies_are_taken_on_every_route(kpis, encoding, compress):
    kpi = await kpis.define()
    await map_to(kpi, "a.v")
    headers = {"Content-Encoding": encoding}
    assert (
        await kpis.http.post("/ingest/influx/write", content=compress(lines("a", {1: 1.0}).encode()), headers=headers)
    ).status_code == 204
    body = json.dumps({"samples": [{"at": stamp(day(2)), "value": 2.0}]}).encode()
    pushed = await kpis.http.post(
        f"/kpis/{kpi.id}/samples", content=compress(body), headers={**headers, "Content-Type": "application/json"}
    )
    assert pushed.json()["accepted"] == 1, pushed.text
    assert await points(kpi) == {1: 1.0, 2: 2.0}
    bomb = await kpis.http.post(
        f"/kpis/{kpi.id}/samples",
        content=compress(b" " * 2**26),
        headers={**headers, "Content-Type": "application/json"},
    )
    assert (bomb.status_code, bomb.json()["type"]) == (413, "urn:entente:problem:too-large")
    large = await kpis.http.post(
        "/ingest/influx/write", content=compress(b"# " + os.urandom(2**22 + 1).hex().encode()), headers=headers
    )
    assert (large.status_code, "8388608" in large.json()["detail"]) == (413, True)
    broken = await kpis.http.post("/ingest/influx/write", content=b"not compressed", headers=headers)
    assert (broken.status_code, broken.json()["type"]) == (400, "urn:entente:problem:corrupt-body")
    other = await kpis.http.post("/ingest/influx/write", content=b"x", headers={"Content-Encoding": "br"})
    assert (other.status_code, other.headers["accept-encoding"]) == (415, "gzip, zstd, deflate")


def otlp_body(value, **fields):
    data = {
        "aggregationTemporality": 2,
        "isMonotonic": True,
        "dataPoints": [{"timeUnixNano": str(NS), "asDouble": value, **fields}],
    }
    return metrics({"name": "orders", "sum": data})


async def test_otlp_is_answered_in_the_encoding_of_the_request(kpis):
    kpi = await kpis.define()
    await map_to(kpi, "orders", labels={"otel.temporality": "cumulative"})
    path = "/ingest/otlp/v1/metrics"
    first = await kpis.http.post(path, json=otlp_body(1.0))
    assert (first.status_code, first.json(), first.headers["content-type"]) == (200, {}, "application/json")
    binary = json_format.ParseDict(otlp_body(2.0), ExportMetricsServiceRequest()).SerializeToString()
    second = await kpis.http.post(path, content=gzip.compress(binary), headers={**PROTOBUF, "Content-Encoding": "gzip"})
    assert (second.status_code, second.headers["content-type"]) == (200, "application/x-protobuf")
    partial = ExportMetricsServiceResponse.FromString(second.content).partial_success
    assert partial.rejected_data_points == 1
    assert partial.error_message.startswith("data point 0: value: Another value is stored")
    assert (await kpis.http.post(path, content=b"x", headers={"Content-Type": "text/plain"})).status_code == 415
    assert (await kpis.http.post(path, content=b"\xff", headers=PROTOBUF)).status_code == 400
    assert await points(kpi) == {0: 1.0}


async def test_the_starts_of_counters_are_kept_also_through_quarantine(kpis):
    kpi = await kpis.define()
    path = "/ingest/otlp/v1/metrics"
    starts = [str(NS - 10**9 * seconds) for seconds in (60, 30)]
    await kpis.http.post(path, json=otlp_body(1.0, startTimeUnixNano=starts[0]))
    assert await quarantined(kpis) == {"orders": 1}
    await map_to(kpi, "orders")
    assert (await kpis.http.post("/quarantine/replays", json={})).json()["items"][0]["stored"] == 1
    for _ in range(2):
        await kpis.http.post(path, json=otlp_body(1.0, startTimeUnixNano=starts[1]))
    told = (await kpis.get(f"/kpis/{kpi.id}/counter-starts"))["items"]
    assert [(each["name"], each["started_at"]) for each in told] == [
        ("orders", stamp(day(-seconds / 86_400))) for seconds in (30, 60)
    ]


def snappy(request):
    return bytes(cramjam.snappy.compress_raw(request.SerializeToString()))


async def test_remote_write(kpis):
    kpi = await kpis.define()
    await map_to(kpi, "up", labels={"job": "node"})
    good = snappy(write_request(({"__name__": "up", "job": "node"}, [(MS, 1.0), (MS + 86_400_000, 0.0)])))
    for outcome in ("stored=2", "unchanged=2"):
        answer = await kpis.http.post("/ingest/prometheus/write", content=good, headers=SNAPPY)
        assert (answer.status_code, answer.headers["entente-outcome"]) == (204, outcome)
    bad = snappy(write_request(({"__name__": "up", "job": "node"}, [(MS, 5.0), (MS + 2 * 86_400_000, 3.0)])))
    answer = await kpis.http.post("/ingest/prometheus/write", content=bad, headers=SNAPPY)
    assert (answer.status_code, answer.text[:44]) == (400, "1 samples refused: time series 0: value: Ano")
    assert await points(kpi) == {0: 1.0, 1: 0.0, 2: 3.0}


async def test_what_remote_writers_may_get_wrong(kpis):
    path = "/ingest/prometheus/write"
    statuses = {
        b"no snappy": 400,
        bytes(cramjam.snappy.compress_raw(b"\xff\xff")): 400,
        b"\xff\xff\xff\xff\x0f" + bytes(100): 413,
    }
    for body, status in statuses.items():
        assert (await kpis.http.post(path, content=body, headers=SNAPPY)).status_code == status
    second = {**SNAPPY, "Content-Type": "application/x-protobuf;proto=io.prometheus.write.v2.Request"}
    assert (await kpis.http.post(path, content=b"", headers=second)).status_code == 415


async def test_values_that_no_kpi_can_hold_are_refused_by_name(kpis):
    kpi = await kpis.define()
    await map_to(kpi, "a.v", scale=1e10)
    answer = await write(kpis, f"a v=1e95 {NS}\na v=1e999 {NS + 1000}\na v=1 {NS + 2000}\n")
    assert answer.json()["error"].count("between -1e100 and 1e100") == 2
    assert [each["value"] for each in (await kpis.get(f"/kpis/{kpi.id}/samples"))["items"]] == [1e10]
    assert START.timestamp() * 10**9 == NS
