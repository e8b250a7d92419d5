"""Ingest through the gateway against the raw database, and push to the event stream.

    python tests/bench/ingest.py [REQUESTS]

Batches of 1,000 samples over 100 KPIs at concurrency 8, authenticated, durable, evaluated. The peer in the same run is the same
PostgreSQL, asked to store the same batches as rows by `unnest` with a primary key, at the same concurrency, without any service.
"""

import asyncio
import json
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import asyncpg
import httpx
from bench.deployment import Deployment, Partnership, deployment, partnership
from support.servers import servers

BATCH, KPIS, CONCURRENCY, PUSHES = 1000, 100, 8, 100
START = datetime(2026, 2, 1, tzinfo=UTC)


def batch(number: int, kpis: list[str]) -> tuple[list[str], list[datetime], list[float]]:
    """Ten new samples for each KPI; times never repeat."""
    per_kpi = BATCH // len(kpis)
    times = [START + timedelta(seconds=number * per_kpi + n) for n in range(per_kpi)]
    return [kpi for kpi in kpis for _ in times], times * len(kpis), [float((number * 7 + n) % 13) for n in range(BATCH)]


async def through_the_gateway(place: Deployment, where: Partnership, requests: int) -> float:
    bodies = []
    for number in range(requests):
        kpis, times, values = batch(number, where.kpis)
        samples = [{"kpi_id": k, "at": t.isoformat(), "value": v} for k, t, v in zip(kpis, times, values, strict=True)]
        bodies.append(json.dumps({"samples": samples}).encode())
    headers = {**where.system, "Content-Type": "application/json"}
    pending = iter(bodies)
    async with httpx.AsyncClient(base_url=place.url, headers=headers, timeout=60) as http:

        async def push() -> None:
            for body in pending:
                answer = await http.post(f"{where.path}/samples", content=body)
                answer.raise_for_status()
                assert answer.json()["accepted"] == BATCH, answer.text[:500]

        started = time.perf_counter()
        await asyncio.gather(*(push() for _ in range(CONCURRENCY)))
        return requests * BATCH / (time.perf_counter() - started)


async def raw(requests: int, kpis: list[str]) -> float:
    with servers(durable=True) as (dsn, _):
        pool = await asyncpg.create_pool(dsn, min_size=CONCURRENCY, max_size=CONCURRENCY)
        await pool.execute("CREATE TABLE sample (kpi_id uuid, at timestamptz, value float8, PRIMARY KEY (kpi_id, at))")
        batches = [batch(number, kpis) for number in range(requests)]
        pending = iter(batches)

        async def write() -> None:
            for ids, times, values in pending:
                await pool.execute(
                    "INSERT INTO sample SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::float8[]) ON CONFLICT DO NOTHING",
                    ids, times, values,
                )  # fmt: skip

        started = time.perf_counter()
        await asyncio.gather(*(write() for _ in range(CONCURRENCY)))
        rate = requests * BATCH / (time.perf_counter() - started)
        await pool.close()
    return rate


async def push_to_stream(place: Deployment) -> list[float]:
    """Milliseconds from sending a sample that opens a deviation to seeing that on the event stream."""
    where = partnership(place, 1)
    delays: list[float] = []
    http = httpx.AsyncClient(base_url=place.url, timeout=60)
    async with http, http.stream("GET", "/v1/events", headers=where.person) as stream:
        lines = stream.aiter_lines()
        for number in range(PUSHES):
            # the planned value grows from 0; 0 is on the path for a while, and -50 far below it
            value = -50.0 if number % 2 == 0 else 50.0
            at = (START + timedelta(days=number)).isoformat()
            await asyncio.sleep(0.02)
            started = time.perf_counter()
            sent = asyncio.create_task(
                http.post(
                    f"{where.path}/samples",
                    headers=where.system,
                    json={"samples": [{"kpi_id": where.kpis[0], "at": at, "value": value}]},
                )
            )
            wanted = "deviation_opened" if number % 2 == 0 else "deviation_closed"
            async for line in lines:
                if line.startswith("event:") and wanted in line:
                    delays.append((time.perf_counter() - started) * 1000)
                    break
            (await sent).raise_for_status()
    return delays


async def main(requests: int) -> None:
    with deployment() as place:
        where = partnership(place, KPIS)
        ours = await through_the_gateway(place, where, requests)
        delays = await push_to_stream(place)
    peer = await raw(requests, where.kpis)
    print(
        f"| ingest, {requests} x {BATCH} samples over {KPIS} KPIs, evaluated | {ours:,.0f}/s"
        f" | raw rows in PostgreSQL {peer:,.0f}/s | {ours / peer:.2f} |"
    )
    print(
        f"| push to the event stream, at rest | median {statistics.median(delays):.1f} ms,"
        f" p99 {statistics.quantiles(delays, n=100)[98]:.1f} ms | | |"
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
