"""Whatever is sent to the addresses of foreign protocols, the service never fails, and samples are never half kept."""

import gzip
import json
import random

import cramjam
import pytest
import zstandard
from google.protobuf import json_format
from kpi.kpi_world import day, stamp
from kpi.sources_world import NS, lines, map_to
from kpi.test_kpi_foreign_metrics import metrics, point, write_request
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

MS = NS // 10**6
LINES = (lines("a", {1: 1.0, 2: 2.5}, ",site=lyon") + f'a\\ b,x=y f="te xt",g=t,h=7u {NS}\n').encode()
OTLP = metrics({"name": "n", "sum": {"aggregationTemporality": 2, "dataPoints": [point(asInt="1"), point(count="1")]}})
JSON = json.dumps(OTLP).encode()
PROTOBUF = json_format.ParseDict(OTLP, ExportMetricsServiceRequest(), ignore_unknown_fields=True).SerializeToString()
WRITE = write_request(({"__name__": "up", "job": "x"}, [(MS, 1.0), (2**62, 2.0)])).SerializeToString()
NDJSON = (json.dumps({"name": "n", "labels": {"a": "b"}, "at": stamp(day(1)), "value": 1}) + "\n").encode() * 2
CSV = f"name,site,at,value\nup,lyon,{stamp(day(1))},1\n".encode()
ROUTES = {
    "influx": ("/ingest/influx/write", {}, LINES),
    "otlp json": ("/ingest/otlp/v1/metrics", {"Content-Type": "application/json"}, JSON),
    "otlp protobuf": ("/ingest/otlp/v1/metrics", {"Content-Type": "application/x-protobuf"}, PROTOBUF),
    "prometheus": ("/ingest/prometheus/write", {"Content-Type": "application/x-protobuf"}, WRITE),
    "ndjson": ("/samples/uploads", {"Content-Type": "application/x-ndjson"}, NDJSON),
    "csv": ("/samples/uploads", {"Content-Type": "text/csv"}, CSV),
}  # fmt: skip
PIECES = (
    b"\0", b"\xff", b"\n", b"\r\n", b",", b"=", b" ", b'"', b"\\", b"NaN", b"1e999", b"-" * 20, b"9" * 40, b"\\ud800", b"{", b"[" * 3000,
    b"999999999999999999999", b"null", b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00", b"#", b"\xef\xbb\xbf",
)  # fmt: skip


def damaged(body, chance):
    """The body with some pieces put in, cut out, or doubled."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(body) + 1)
        end = min(len(body), start + chance.choice((0, 0, 1, 5, 50)))
        body = body[:start] + chance.choice((b"", body[start:end] * 2, *PIECES)) + body[end:]
    return body


@pytest.mark.parametrize("route", ROUTES)
async def test_damaged_bodies_are_never_an_error_of_ours(kpis, route):
    path, headers, good = ROUTES[route]
    await map_to(await kpis.define(), "*", kind="glob")
    chance = random.Random(route)
    for _ in range(60):
        body = damaged(good, chance)
        sent = dict(headers)
        if route == "prometheus":
            body = bytes(cramjam.snappy.compress_raw(body)) if chance.random() < 0.8 else body
            sent["Content-Encoding"] = "snappy"
        elif chance.random() < 0.3:
            encoding, compress = chance.choice((("gzip", gzip.compress), ("zstd", zstandard.compress)))
            body = damaged(compress(body), chance) if chance.random() < 0.5 else compress(body)
            sent["Content-Encoding"] = encoding
        answer = await kpis.http.post(path, content=body, headers=sent)
        assert answer.status_code in {200, 204, 400, 413, 415, 422}, (body, answer.text)


@pytest.mark.parametrize(
    "query", ["precision=%00", "precision=%ff", "precision=" + "n" * 300, "q=%00", "db=%00&rp=%ff", "precision=ns&precision=ms"]
)  # fmt: skip
async def test_damaged_queries_are_never_an_error_of_ours(kpis, query):
    for method, path in (
        ("POST", "/ingest/influx/write"),
        ("POST", "/ingest/influx/query"),
        ("GET", "/samples/whereabouts"),
    ):
        answer = await kpis.http.request(method, f"{path}?{query}")
        assert answer.status_code in {204, 400, 422}, answer.text


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "1899-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
)
async def test_questions_at_the_ends_of_time(kpis, at):
    kpi = await kpis.define()
    for which in (f"kpi_id={kpi.id}", "name=%00", "name=a&label=%00=x"):
        answer = await kpis.http.get(f"/samples/whereabouts?{which}&at={at}")
        assert answer.status_code in {200, 422}, answer.text
