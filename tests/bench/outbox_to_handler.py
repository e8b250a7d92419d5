"""Outbox to handler: events per second sustained, and the time from commit to handler at rest.

Three processes: a writer with the relay, a consumer, and the two servers; fsync on in PostgreSQL, `sync_interval: always`
in NATS. The peer is NATS itself in the same run: the same messages published straight to the stream in the same windows.

    python tests/bench/outbox_to_handler.py [EVENTS]
"""

import asyncio
import multiprocessing
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent))

from support.plumbing import create_plumbing_database
from support.servers import servers
from support.stack import write_keys

from entente_shared import broker
from entente_shared.events.objectives import OrganisationChanged
from entente_shared.handling import Handlers
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.publisher import Message, Publisher
from entente_shared.runtime import Runtime, Service
from entente_shared.settings import ServiceSettings

WRITERS, PER_TRANSACTION, AGGREGATES, AT_REST = 8, 10, 1000, 100


def consume(values: dict, counted, last) -> None:
    """The consumer process: counts events and notes when the newest came."""
    handlers = Handlers()

    @handlers.on(OrganisationChanged)
    async def count(_session, _event, received) -> None:
        if not received.snapshot:
            last.value = time.time()
            counted.value += 1

    async def run() -> None:
        runtime = Runtime(Service("kpi", "kpi", "", handlers=handlers), ServiceSettings(**values))
        await runtime.start()
        await asyncio.Event().wait()

    asyncio.run(run())


async def until(condition, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the bench did not finish")
        await asyncio.sleep(0.0005)


async def write(database, organisations: list, count: int) -> None:
    for start in range(0, count, PER_TRANSACTION):
        async with database.transaction() as session:
            for number in range(start, min(start + PER_TRANSACTION, count)):
                publish(
                    session,
                    OrganisationChanged(organisation_id=organisations[number % len(organisations)], name="x" * 200),
                )


async def straight(settings: ServiceSettings, count: int) -> float:
    """Messages per second of NATS alone, published in windows of the relay's size."""
    connection = await broker.connect(settings, "objectives")
    publisher = Publisher(connection)
    payload = OrganisationChanged(organisation_id=new_id(), name="x" * 200).model_dump_json().encode()
    started = time.perf_counter()
    for start in range(0, count, settings.relay_window):
        size = min(settings.relay_window, count - start)
        await publisher.publish([Message("entente.objectives._.bench.v1", payload, {})] * size, 30)
    seconds = time.perf_counter() - started
    await connection.close()
    return count / seconds


async def main(events: int) -> None:
    with servers(durable=True) as (dsn, nats), TemporaryDirectory() as folder:
        urls = {name: await create_plumbing_database(dsn, name) for name in ("objectives", "kpi")}
        _, public = write_keys(Path(folder))
        values = {
            name: {"database_url": url, "nats_url": nats, "token_public_key": public} for name, url in urls.items()
        }
        spawn = multiprocessing.get_context("spawn")
        counted, last = spawn.Value("q", 0), spawn.Value("d", 0.0)
        process = spawn.Process(target=consume, args=(values["kpi"], counted, last), daemon=True)
        process.start()
        settings = ServiceSettings(**values["objectives"])
        producer = Runtime(Service("objectives", "objectives", ""), settings)
        await producer.start()
        organisations = [new_id() for _ in range(AGGREGATES)]
        await write(producer.database, organisations, 1)
        await until(lambda: counted.value == 1)

        delays = []
        for number in range(AT_REST):
            await asyncio.sleep(0.02)  # at rest: nothing is under way
            started = time.time()
            await write(producer.database, organisations, 1)
            await until(lambda number=number: counted.value == number + 2)
            delays.append((last.value - started) * 1000)

        before, started = counted.value, time.perf_counter()
        share = events // WRITERS
        await asyncio.gather(*(write(producer.database, organisations[n::WRITERS], share) for n in range(WRITERS)))
        await until(lambda: counted.value == before + share * WRITERS)
        rate = share * WRITERS / (time.perf_counter() - started)
        await producer.stop()
        process.kill()
        peer = await straight(settings, events)
    print(
        f"| outbox to handler, {events} events of 250 bytes | {rate:,.0f}/s | NATS alone {peer:,.0f}/s | {rate / peer:.2f} |"
    )
    print(
        f"| begin of the transaction to handler, at rest | median {statistics.median(delays):.1f} ms,"
        f" p99 {statistics.quantiles(delays, n=100)[98]:.1f} ms | | |"
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
