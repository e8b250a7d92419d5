"""From a pushed sample to the deviation on the event stream: `python tests/bench/reaction.py [CROSSINGS]`.

Entente at rest, and while batches of 1,000 samples over 100 KPIs keep coming at half the rate that it can take (an open loop; what it
can take is measured first). The peers are Debian's Prometheus, which scrapes a gauge and evaluates a rule without `for`, and
Alertmanager, which calls a webhook: at intervals of 1 s and of 100 ms. Needs `prometheus` and `prometheus-alertmanager`.
"""

import asyncio
import json
import random
import shutil
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.alerting import PROGRAMS, alert
from bench.deployment import Deployment, Partnership, deployment, partnership, processes
from bench.ingest import BATCH, KPIS, START, Target, Watch, drive, table

MEASURE_SECONDS, CONNECTIONS = 5.0, 64
BETWEEN = (0.02, 0.12)  # seconds of rest before a push, at random: no phase of any loop is met again and again
ROUNDS = ((1.0, 15), (0.1, 40))  # seconds between scrapes and between evaluations; crossings


class Connection:
    """HTTP by hand: the client shares the machine with what it measures, and is to cost next to nothing."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, target: Target, request: bytes) -> None:
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        lengths = [int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"]
        body = await self.reader.readexactly(lengths[0])
        assert int(head[9:12]) == target.status, (head, body[:500])
        assert target.good in body, body[:500]


async def connect(port: int) -> Connection:
    return Connection(*await asyncio.open_connection("127.0.0.1", port))


@asynccontextmanager
async def deviations(port: int, where: Partnership) -> AsyncIterator[asyncio.Queue[tuple[str, float]]]:
    """The event stream: what happens to deviations, and when it was seen."""
    connection = await connect(port)
    head = "".join(f"{name}: {value}\r\n" for name, value in where.person.items())
    connection.writer.write(f"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{head}\r\n".encode())
    seen: asyncio.Queue[tuple[str, float]] = asyncio.Queue()

    async def read() -> None:
        while line := await connection.reader.readline():
            if line.startswith(b"event: ") and b"deviation_" in line:
                seen.put_nowait((line.decode().split(".")[-2], time.perf_counter()))

    assert b" 200 " in await connection.reader.readuntil(b"retry:")
    reading = asyncio.create_task(read())
    try:
        yield seen
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        connection.writer.close()


async def cross(port: int, where: Partnership, crossings: int, first: int) -> list[float]:
    """Milliseconds from sending each sample that opens a deviation to seeing that on the stream.

    The KPI is one that nobody else pushes to. Its planned value grows from 0 on: 50 is on the path, -50 far below it.
    """
    kpi, delays = where.kpis[KPIS], []
    headers = {**where.system, "Content-Type": "application/json"}
    numbers = iter(range(first, first + 2 * crossings))

    def one(number: int, _samples: int) -> bytes:
        at = (START + timedelta(minutes=number)).isoformat()
        return json.dumps(
            {"samples": [{"kpi_id": kpi, "at": at, "value": -50.0 if number % 2 == 0 else 50.0}]}
        ).encode()

    target = Target("one", port, f"{where.path}/samples", headers, one, 200, b'"accepted":1')
    connection = await connect(port)
    async with deviations(port, where) as seen:
        for number in numbers:
            await asyncio.sleep(random.uniform(*BETWEEN))
            request, wanted = target.request(number, 1), "deviation_opened" if number % 2 == 0 else "deviation_closed"
            began = time.perf_counter()
            answered = asyncio.create_task(connection.send(target, request))
            async with asyncio.timeout(30):
                while (found := await seen.get())[0] != wanted:
                    pass
            if wanted == "deviation_opened":
                delays.append((found[1] - began) * 1000)
            await answered
    connection.writer.close()
    return delays


async def load(target: Target, rate: float, first: int, over: asyncio.Event) -> int:
    """Send `rate` batches a second until it is over, however long each takes; returns how many were sent."""
    idle = asyncio.Queue[Connection]()
    for _ in range(CONNECTIONS):
        idle.put_nowait(await connect(target.port))
    sending: set[asyncio.Task[None]] = set()

    async def send(connection: Connection, request: bytes) -> None:
        await connection.send(target, request)
        idle.put_nowait(connection)

    begun, sent = time.perf_counter(), 0
    while not over.is_set():
        request = target.request(first + sent, BATCH)
        await asyncio.sleep(begun + sent / rate - time.perf_counter())
        task = asyncio.create_task(send(await idle.get(), request))
        sending.add(task)
        task.add_done_callback(sending.discard)
        sent += 1
    await asyncio.gather(*sending)
    while not idle.empty():
        idle.get_nowait().writer.close()
    return sent


async def react(place: Deployment, crossings: int) -> AsyncIterator[tuple[str, list[float]]]:
    """The delays at rest, and then those at half the capacity."""
    where, port = partnership(place, KPIS + 1), int(place.url.rpartition(":")[2])
    write = table(where.kpis[:KPIS], START + timedelta(days=365), different=100)
    headers = {**where.system, "Content-Type": "application/json"}
    target = Target("table", port, f"{where.path}/samples", headers, write, 200, b'"rejected":0')
    await cross(port, where, 10, 0)  # what is made once is made: connections, plans
    yield "at rest", await cross(port, where, crossings, 1000)
    amount = int(MEASURE_SECONDS * 1000)
    requests, took = await drive(target, 0, BATCH, amount, MEASURE_SECONDS)
    capacity, over = requests / took, asyncio.Event()
    watch, begun = Watch(processes(place)), time.perf_counter()
    loading = asyncio.create_task(load(target, capacity / 2, amount, over))
    measuring = asyncio.create_task(cross(port, where, crossings, 100_000))
    await asyncio.wait({loading, measuring}, return_when=asyncio.FIRST_COMPLETED)
    over.set()
    rate = await loading * BATCH / (time.perf_counter() - begun)
    shares = watch.shares(time.perf_counter() - begun)
    yield f"at {rate:,.0f} of {capacity * BATCH:,.0f} samples/s", await measuring
    print(f"| CPU of one core then | {shares} | | |", flush=True)


def shown(delays: list[float]) -> str:
    return f"median {statistics.median(delays):.1f} ms, p99 {statistics.quantiles(delays, n=100)[98]:.1f} ms"


async def main(crossings: int) -> None:
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        sys.exit(f"the peers are missing: apt install {' '.join(missing)}")
    peers = {interval: await alert(interval, count) for interval, count in ROUNDS}
    with deployment() as place:
        async for state, delays in react(place, crossings):
            for interval, theirs in peers.items():
                ratio = statistics.median(theirs) / statistics.median(delays)
                peer = f"Prometheus and Alertmanager, every {interval:g} s: {shown(theirs)}"
                print(f"| push to the event stream, {state} | {shown(delays)} | {peer} | {ratio:.1f} |", flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
