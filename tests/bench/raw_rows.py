"""Rows in a table by their primary key, without any service: what the database itself takes, at the same concurrency."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
from support.servers import servers

_TABLE = "CREATE TABLE sample (kpi_id uuid, at timestamptz, value float8, PRIMARY KEY (kpi_id, at))"
_INSERT = """
INSERT INTO sample SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::float8[]) ON CONFLICT DO NOTHING
"""
_START = datetime(2026, 2, 1, tzinfo=UTC)
Spread = Callable[[int, int], Iterator[tuple[int, int, list[float]]]]


def _columns(kpis: defaultdict[int, UUID], samples: Iterator[tuple[int, int, list[float]]]) -> list[list[object]]:
    rows = [
        (kpis[kpi], _START + timedelta(seconds=second + n), value)
        for kpi, second, values in samples
        for n, value in enumerate(values)
    ]
    return [list(column) for column in zip(*rows, strict=True)]


async def raw_rows(spread: Spread, batch: int, concurrency: int, seconds: float) -> float:
    """Samples a second in a durable PostgreSQL with nothing else in it. `spread`: (KPI, first second, values) of a numbered batch."""
    with servers(durable=True) as (dsn, _):
        async with asyncpg.create_pool(dsn, min_size=concurrency, max_size=concurrency) as pool:
            await pool.execute(_TABLE)
            kpis = defaultdict(uuid4)
            prepared = iter([_columns(kpis, spread(number, batch)) for number in range(int(seconds * 1000))])
            done, begun = 0, time.perf_counter()

            async def write() -> None:
                nonlocal done
                for columns in prepared:
                    await pool.execute(_INSERT, *columns)
                    done += 1
                    if time.perf_counter() - begun > seconds:
                        break

            await asyncio.gather(*(write() for _ in range(concurrency)))
            return done * batch / (time.perf_counter() - begun)
