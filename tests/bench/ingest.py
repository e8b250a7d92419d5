"""Ingest through the gateway against InfluxDB 1.6: `python tests/bench/ingest.py [SECONDS]`.

Batches of 1,000 samples over 100 KPIs at concurrency 8. Entente authenticates, stores durably, removes duplicates and evaluates;
InfluxDB (Debian's package) stores with an fsync for each write. Both get the same samples from the same client, in turns, each in
its fastest format; then line protocol goes to both, and then one sample to a request. Needs `influxdb`. The second peer of the
first is PostgreSQL itself, as rows without any service.
"""

import asyncio
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx
import psutil
from bench.deployment import Deployment, Partnership, deployment, partnership, processes
from bench.raw_rows import raw_rows
from support.servers import accepts, free_port, stop, wait_for

BATCH, KPIS, CONCURRENCY, ROUNDS = 1000, 100, 8, 3
START = datetime(2026, 2, 1, tzinfo=UTC)
CONFIGURATION = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  wal-fsync-delay = "0s"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
[monitor]
  store-enabled = false
"""


@contextmanager
def influx() -> Iterator[tuple[int, psutil.Process]]:
    folder = Path(tempfile.mkdtemp(prefix="entente-influx-"))
    port = free_port()
    (folder / "influxdb.conf").write_text(CONFIGURATION.format(folder=folder, port=port, rpc=free_port()))
    process = subprocess.Popen(
        ["influxd", "-config", folder / "influxdb.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: accepts(port), "InfluxDB")
        httpx.post(f"http://127.0.0.1:{port}/query", params={"q": "CREATE DATABASE bench"}).raise_for_status()
        yield port, psutil.Process(process.pid)
    finally:
        stop(process)
        shutil.rmtree(folder)


@dataclass
class Target:
    """Where requests go: the head of each, and how a numbered batch is written."""

    name: str
    port: int
    path: str
    headers: dict[str, str]
    write: object
    status: int
    good: bytes

    def request(self, number: int, samples: int) -> bytes:
        body = self.write(number, samples)
        head = "".join(f"{name}: {value}\r\n" for name, value in {**self.headers, "Content-Length": len(body)}.items())
        return f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{head}\r\n".encode() + body


VALUES = [round(random.Random(1).uniform(40, 60), 2) for _ in range(100_003)]


def spread(number: int, samples: int) -> Iterator[tuple[int, int, list[float]]]:
    """(KPI, first second, values) of a batch. Times rise from batch to batch and never repeat."""
    if samples == 1:
        yield number % KPIS, number // KPIS, [VALUES[number % len(VALUES)]]
        return
    each = samples // KPIS
    for kpi in range(KPIS):
        place = (number * 7919 + kpi * 101) % (len(VALUES) - each)
        yield kpi, number * each, VALUES[place : place + each]


def table(kpis: list[str], base: datetime, different: int = sys.maxsize):
    """Values come again after so many `different` batches, which then cost the client next to nothing."""

    @lru_cache(maxsize=128)
    def values(number: int, samples: int) -> str:
        return json.dumps({kpis[kpi]: figures for kpi, _, figures in spread(number, samples)}, separators=(",", ":"))

    def write(number: int, samples: int) -> bytes:
        start = base + timedelta(seconds=number // KPIS if samples == 1 else number * (samples // KPIS))
        figures = values(number % different, samples)
        return f'{{"table":{{"start":"{start.isoformat()}","step":"PT1S","values":{figures}}}}}'.encode()

    return write


def lines(base: datetime, names: list[str]):
    origin = int(base.timestamp())

    def write(number: int, samples: int) -> bytes:
        return "\n".join(
            f"kpi,id={names[kpi]} value={value} {origin + second + n}"
            for kpi, second, values in spread(number, samples)
            for n, value in enumerate(values)
        ).encode()

    return write


async def drive(target: Target, first: int, samples: int, amount: int, seconds: float) -> tuple[int, float]:
    """Requests made in about `seconds` by a client that costs as little as can be, and the seconds they took."""
    return await send(target, [target.request(first + n, samples) for n in range(amount)], seconds)


async def send(target: Target, requests: list[bytes], seconds: float) -> tuple[int, float]:
    prepared = iter(requests)
    begun = time.perf_counter()
    done = 0

    async def worker() -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        for request in prepared:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"), 0
            )
            body = await reader.readexactly(length)
            assert int(head[9:12]) == target.status, (head, body[:500])
            assert target.good in body, body[:500]
            done += 1
            if time.perf_counter() - begun > seconds:
                break
        writer.close()

    await asyncio.gather(*(worker() for _ in range(CONCURRENCY)))
    return done, time.perf_counter() - begun


def family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def cpu_seconds(process: psutil.Process) -> float:
    """Of the process and of those of its children that have ended or are still there."""
    total = 0.0
    for each in family(process):
        with suppress(psutil.NoSuchProcess):
            total += sum(each.cpu_times()[:4])
    return total


def mebibytes(process: psutil.Process) -> float:
    """What the process and its children have in memory."""
    return sum(each.memory_info().rss for each in family(process)) / 2**20


class Watch:
    """CPU seconds of processes and what they started, by name, and of this one alone."""

    def __init__(self, processes: dict[str, list[psutil.Process]]) -> None:
        self.processes = processes
        self.before = self._cpu()

    def _cpu(self) -> dict[str, float]:
        used = {name: sum(map(cpu_seconds, many)) for name, many in self.processes.items()}
        return {**used, "client": sum(psutil.Process().cpu_times()[:2])}

    def shares(self, seconds: float) -> str:
        after = self._cpu()
        used = {name: (after[name] - self.before[name]) / seconds for name in after}
        return ", ".join(
            f"{name} {share:.0%}" for name, share in sorted(used.items(), key=lambda item: -item[1]) if share >= 0.01
        )


async def compare(
    name: str, ours: Target, peer: Target, samples: int, seconds: float, place: Deployment, server: psutil.Process
) -> float:
    """Rounds in turns, so that the noise of the machine falls on both alike; the medians count."""
    rates: dict[str, list[float]] = {"ours": [], "peer": []}
    shares: dict[str, str] = {}
    memory, amount = 0.0, int(seconds * (1000 if samples > 1 else 6000))
    for turn in range(ROUNDS):
        for who, target in (("ours", ours), ("peer", peer)):
            running = processes(place) if who == "ours" else {"influxd": [server]}
            prepared = [target.request(turn * amount + n, samples) for n in range(amount)]
            watch = Watch(running)
            requests, took = await send(target, prepared, seconds)
            rates[who].append(requests * samples / took)
            shares[who] = watch.shares(took)
            if who == "ours":
                memory = max(memory, sum(map(mebibytes, running["kpi"])))
    mine, theirs = (statistics.median(rates[who]) for who in ("ours", "peer"))
    print(f"| {name} | {mine:,.0f}/s | InfluxDB 1.6 {theirs:,.0f}/s | {mine / theirs:.2f} |")
    print(f"| CPU of one core; kpi at most {memory:.0f} MiB | {shares['ours']} | {shares['peer']} | |", flush=True)
    return mine


def map_lines(place: Deployment, where: Partnership) -> None:
    """A rule for each KPI, so that lines find theirs."""
    with httpx.Client(base_url=place.url, headers=where.person, timeout=30) as http:
        for kpi in where.kpis:
            rule = {"kpi_id": kpi, "name": "kpi.value", "labels": {"id": kpi}}
            http.post(f"{where.path}/sources/mappings", json=rule).raise_for_status()


async def main(seconds: float) -> None:
    with deployment() as place, influx() as (port, server):
        where: Partnership = partnership(place, KPIS)
        ours = int(place.url.rpartition(":")[2])
        json_headers = {**where.system, "Content-Type": "application/json"}
        base = START + timedelta(days=1)
        mine = Target(
            "table", ours, f"{where.path}/samples", json_headers, table(where.kpis, base), 200, b'"rejected":0'
        )
        theirs = Target("lines", port, "/write?db=bench&precision=s", {}, lines(base, where.kpis), 204, b"")
        rate = await compare(
            "batches of 1,000 over 100 KPIs, each in its fastest format", mine, theirs, BATCH, seconds, place, server
        )
        raw = await raw_rows(spread, BATCH, CONCURRENCY, seconds)
        print(
            f"| the same | {rate:,.0f}/s | rows in PostgreSQL by `unnest` {raw:,.0f}/s | {rate / raw:.2f} |", flush=True
        )
        later = base + timedelta(days=180)
        map_lines(place, where)
        by_line = f"{where.path}/ingest/influx/write?precision=s"
        written = Target("lines", ours, by_line, where.system, lines(later, where.kpis), 204, b"")
        theirs.write = lines(later, where.kpis)
        await compare("the same, line protocol to both", written, theirs, BATCH, seconds, place, server)
        later = base + timedelta(days=365)
        mine.write, theirs.write = table(where.kpis, later), lines(later, where.kpis)
        await compare("one sample to a request", mine, theirs, 1, seconds, place, server)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0))
