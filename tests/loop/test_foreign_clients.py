"""The clients that partner systems already run write through the gateway, unmodified, and their samples arrive."""

import json
import shutil
import subprocess
import threading
import warnings
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import httpx
import pytest
from influxdb import InfluxDBClient as InfluxDBClientV1
from influxdb.exceptions import InfluxDBClientError
from influxdb_client import InfluxDBClient, Point, WritePrecision
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException
from loop.partnership import found
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from support.servers import free_port, stop
from support.waiting import eventually

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class Pushing:
    """A partnership, and what of its samples arrived."""

    def __init__(self, partnership):
        self.partnership, self.system = partnership, partnership.system
        self.key, self.gateway = self.system.key, self.system._world.stack.gateway
        self.url = f"{self.gateway}{partnership.path('/ingest')}"

    async def kpi(self, name, **rule):
        kpi = await self.partnership.define_kpi(name)
        await self.system.post(self.partnership.path("/sources/mappings"), {"kpi_id": kpi, "name": name, **rule})
        return kpi

    async def values(self, kpi):
        page = await self.system.get(self.partnership.path(f"/kpis/{kpi}/samples"))
        return [each["value"] for each in page["items"]]

    async def quarantined(self):
        page = await self.system.get(self.partnership.path("/quarantine/series?limit=1000"))
        return {each["name"] for each in page["items"]}


@pytest.fixture
async def pushing(world):
    return Pushing(await found(world, "2026-01-01T00:00:00Z"))


@pytest.mark.parametrize("compressed", [False, True])
async def test_influxdb_client_writes(pushing, compressed):
    kpi = await pushing.kpi("orders.count", labels={"site": "lyon"})
    start = 1767225600
    points = [Point("orders").tag("site", "lyon").field("count", n).time(start + n, WritePrecision.S) for n in range(3)]

    def write():
        url = f"{pushing.url}/influx"
        with InfluxDBClient(url=url, token=pushing.key, org="o", enable_gzip=compressed) as client:
            assert client.ping()
            assert client.health().status == "pass"
            api = client.write_api(write_options=SYNCHRONOUS)
            api.write(bucket="b", record=points, write_precision=WritePrecision.S)
            changed = Point("orders").tag("site", "lyon").field("count", 9).time(start, WritePrecision.S)
            with pytest.raises(ApiException, match="partial write: line 1: value") as refused:
                api.write(bucket="b", record=[changed], write_precision=WritePrecision.S)
            assert refused.value.status == 400

    await anyio.to_thread.run_sync(write)
    assert await pushing.values(kpi) == [0.0, 1.0, 2.0]


async def test_influxdb_client_writes_in_batches_of_its_own(pushing):
    kpi = await pushing.kpi("orders.count")

    def write():
        with (
            InfluxDBClient(url=f"{pushing.url}/influx", token=pushing.key, org="o") as client,
            client.write_api() as batching,
        ):
            for n in range(100):
                batching.write(
                    bucket="b", record=f"orders count={n}i {1767225600 + n}", write_precision=WritePrecision.S
                )

    await anyio.to_thread.run_sync(write)
    assert await pushing.values(kpi) == [float(n) for n in range(100)]


@pytest.mark.parametrize("way", ["password", "token", "compressed"])
async def test_influxdb_of_version_1_writes(pushing, way):
    kpi = await pushing.kpi("orders.seconds")
    address = urlsplit(pushing.url)
    by_header = {"headers": {"Authorization": f"Token {pushing.key}"}}
    by_password = {"username": "plant", "password": pushing.key, "gzip": way == "compressed"}

    def write():
        client = InfluxDBClientV1(
            host=address.hostname, port=address.port, path=f"{address.path}/influx", database="plant",
            **(by_header if way == "token" else by_password),
        )  # fmt: skip
        with client:
            assert client.ping() == "1.8.10"
            client.create_database("plant")
            assert client.get_list_database() == [{"name": "entente"}]
            fields = {"seconds": 0.5, "good": True}
            point = {
                "measurement": "orders",
                "tags": {"site": "lyon"},
                "time": "2026-01-01T00:00:00Z",
                "fields": fields,
            }
            assert client.write_points([point], retention_policy="autogen")
            with pytest.raises(InfluxDBClientError, match=r"partial write: line 1: field: .* dropped=1"):
                client.write_points([{**point, "fields": {"note": "text"}}], time_precision="ms")

    await anyio.to_thread.run_sync(write)
    assert await pushing.values(kpi) == [0.5]
    assert await pushing.quarantined() == {"orders.good"}


async def test_a_key_in_the_query_opens_ingest_and_nothing_else(pushing):
    async with httpx.AsyncClient() as http:
        query = {"u": "plant", "p": pushing.key, "db": "x"}
        written = await http.post(
            f"{pushing.url}/influx/write", params=query, content="orders count=1i 1767225600000000000"
        )
        assert written.status_code == 204
        for url in (f"{pushing.gateway}/v1/me", f"{pushing.gateway}{pushing.partnership.path('/kpis')}"):
            assert (await http.get(url, params=query)).status_code == 401
            assert (await http.get(url, auth=("plant", pushing.key))).status_code == 401
        for wrong in ({}, {"p": "ent_live_" + "0" * 36}, {"p": ""}):
            assert (await http.post(f"{pushing.url}/influx/write", params=wrong, content="a v=1")).status_code == 401
    assert await pushing.quarantined() == {"orders.count"}


@pytest.mark.parametrize("compression", list(Compression))
async def test_an_opentelemetry_sdk_exports(pushing, compression):
    labels = {"service.name": "orders", "otel.temporality": "cumulative"}
    orders = await pushing.kpi("orders.placed", labels=labels)
    depth = await pushing.kpi("queue.depth", labels={"service.name": "orders", "queue": "a"})
    count, seconds = await pushing.kpi("order.seconds_count"), await pushing.kpi("order.seconds_sum")

    def export():
        exporter = OTLPMetricExporter(
            endpoint=f"{pushing.url}/otlp/v1/metrics",
            headers={"Authorization": f"Bearer {pushing.key}"},
            compression=compression,
        )
        reader = PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)
        provider = MeterProvider([reader], Resource.create({"service.name": "orders"}))
        meter = provider.get_meter("plant")
        meter.create_counter("orders.placed").add(7)
        meter.create_gauge("queue.depth").set(2.5, {"queue": "a"})
        for value in (0.25, 0.5):
            meter.create_histogram("order.seconds").record(value)
        meter.create_up_down_counter("unmapped").add(-1)
        assert provider.force_flush()
        provider.shutdown()

    await anyio.to_thread.run_sync(export)
    assert {(await pushing.values(orders))[0], (await pushing.values(depth))[0]} == {7.0, 2.5}
    assert ((await pushing.values(count))[0], (await pushing.values(seconds))[0]) == (2.0, 0.75)
    assert await pushing.quarantined() == {"unmapped"}
    (start,) = (await pushing.system.get(pushing.partnership.path(f"/kpis/{orders}/counter-starts")))["items"]
    assert start["labels"]["service.name"] == "orders"


async def test_an_opentelemetry_sdk_exports_differences(pushing):
    kpi = await pushing.kpi("orders.placed", labels={"otel.temporality": "delta"})
    delta = dict.fromkeys((Counter, Histogram), AggregationTemporality.DELTA)

    def export():
        exporter = OTLPMetricExporter(
            endpoint=f"{pushing.url}/otlp/v1/metrics",
            headers={"Authorization": f"Bearer {pushing.key}"},
            preferred_temporality=delta,
        )
        provider = MeterProvider([PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)])
        counter = provider.get_meter("plant").create_counter("orders.placed")
        for amount in (7, 4):
            counter.add(amount)
            assert provider.force_flush()
        provider.shutdown()

    await anyio.to_thread.run_sync(export)
    assert await pushing.values(kpi) == [7.0, 4.0]


async def test_an_upload_beyond_the_limit_of_other_bodies_passes_the_gateway(pushing):
    kpi, days = await pushing.partnership.define_kpi("orders"), 250

    async def body():
        for number in range(days):  # 10 MB
            yield f"{kpi},{EPOCH + timedelta(days=number):%Y-%m-%dT%H:%M:%SZ},{number}".encode() + b" " * 40_000 + b"\n"

    async def csv():
        yield b"kpi_id,at,value\n"
        async for line in body():
            yield line

    headers = {"Authorization": f"Bearer {pushing.key}", "Content-Type": "text/csv"}
    async with httpx.AsyncClient(headers=headers, timeout=60) as http:
        answer = await http.post(f"{pushing.gateway}{pushing.partnership.path('/samples/uploads')}", content=csv())
    assert (answer.status_code, answer.json()["stored"]) == (200, days), answer.text


class Target(BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'# TYPE queue_depth gauge\nqueue_depth{queue="a"} 2.5\n# TYPE orders_total counter\norders_total 7\n'
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def target():
    server = HTTPServer(("127.0.0.1", 0), Target)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def prometheus(folder: Path, scraped: int, write_url: str, key: str):
    config = {
        "global": {"scrape_interval": "200ms", "scrape_timeout": "200ms"},
        "scrape_configs": [{"job_name": "plant", "static_configs": [{"targets": [f"127.0.0.1:{scraped}"]}]}],
        "remote_write": [
            {
                "url": write_url,
                "authorization": {"type": "Bearer", "credentials": key},
                "queue_config": {"batch_send_deadline": "200ms"},
            }
        ],
    }
    path = folder / "prometheus.yml"
    path.write_text(json.dumps(config))  # JSON is YAML
    port = free_port()
    command = [
        "prometheus", f"--config.file={path}", f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address=127.0.0.1:{port}",
    ]  # fmt: skip
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        yield port
    finally:
        stop(process)


async def test_prometheus_scrapes_and_writes(pushing, tmp_path):
    if shutil.which("prometheus") is None:
        reason = "prometheus is NOT INSTALLED: remote write is unproven here (apt install prometheus)"
        warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    depth = await pushing.kpi("queue_depth", labels={"job": "plant", "queue": "a"})
    orders = await pushing.kpi("orders_total", scale=10.0)
    with target() as scraped, prometheus(tmp_path, scraped, f"{pushing.url}/prometheus/write", pushing.key) as port:

        async def arrived():
            return len(await pushing.values(depth)) >= 3 and len(await pushing.values(orders)) >= 3

        await eventually(arrived, 40)
        async with httpx.AsyncClient() as http:
            own = (await http.get(f"http://127.0.0.1:{port}/metrics")).text
    assert (set(await pushing.values(depth)), set(await pushing.values(orders))) == ({2.5}, {70.0})
    assert "up" in await pushing.quarantined()
    failed = [line for line in own.splitlines() if line.startswith("prometheus_remote_storage_samples_failed_total")]
    assert [line.rsplit(" ", 1)[1] for line in failed] == ["0"]


async def test_a_stranger_writes_nothing_by_any_protocol(pushing, world):
    stranger = await world.organisation("Stranger")
    async with httpx.AsyncClient(headers={"Authorization": f"Token {stranger.system.key}"}) as http:
        for path in ("/influx/write", "/influx/api/v2/write", "/otlp/v1/metrics", "/prometheus/write"):
            assert (await http.post(f"{pushing.url}{path}", content=b"a v=1")).status_code == 404
    assert await pushing.quarantined() == set()
