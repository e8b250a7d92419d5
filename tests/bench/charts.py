"""Charts and cockpit figures over series of 10^5 to 10^8 samples, and what these take on disk.

    python tests/bench/charts.py [EXPONENT]

The series are written as fresh rows and compacted by the service's own code, straight in the database; what is measured goes
through the gateway. 10^8 samples take some minutes and half a gigabyte.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx
import numpy as np
from bench.deployment import Deployment, Partnership, deployment, partnership, processes
from sqlalchemy import text

from entente_kpi.series import compaction, store
from entente_shared.db import Database
from entente_shared.settings import ServiceSettings

START = 1_500_000_000_000_000
PIECE = 65_536
QUERIES = 300
Samples = Iterator[tuple[np.ndarray, np.ndarray]]


def integers(amount: int) -> Samples:
    """Counts under 1,000, one a second."""
    chance = np.random.default_rng(1)
    for begin in range(0, amount, PIECE):
        n = min(PIECE, amount - begin)
        yield START + np.arange(begin, begin + n) * 1_000_000, chance.integers(0, 1000, n).astype(float)


def walk(unit: int) -> Callable[[int], Samples]:
    """A random walk of doubles at irregular times: gaps between half a second and one and a half, in steps of `unit` microseconds."""

    def make(amount: int) -> Samples:
        chance, at, value = np.random.default_rng(2), START, 0.0
        for begin in range(0, amount, PIECE):
            n = min(PIECE, amount - begin)
            times = at + np.cumsum(chance.integers(500_000 // unit, 1_500_000 // unit, n) * unit)
            values = value + np.cumsum(chance.normal(size=n))
            at, value = int(times[-1]), float(values[-1])
            yield times, values

    return make


def connect(place: Deployment) -> Database:
    """As the service's own role."""
    kpi = processes(place)["kpi"][0]
    return Database(ServiceSettings(database_url=kpi.environ()["ENTENTE_DATABASE_URL"], token_public_key=Path()))


async def fill(database: Database, partnership_id: UUID, kpi_id: UUID, samples: Samples) -> None:
    where = {"partnership_id": partnership_id, "kpi_id": kpi_id}
    for number, (times, values) in enumerate(samples):
        async with database.transaction(tenant=partnership_id) as session:
            await session.execute(text("SET LOCAL synchronous_commit = off"))
            await store.append(session, partnership_id, [kpi_id], np.array([0]), times, values)
            if number % 4 == 3:
                await compaction.compact(session, partnership_id, kpi_id)
    async with database.transaction(tenant=partnership_id) as session:
        await compaction.compact(session, partnership_id, kpi_id)
        assert (await session.execute(text("SELECT count(*) FROM fresh WHERE kpi_id = :kpi_id"), where)).scalar() == 0


async def sizes(database: Database) -> dict[str, int]:
    async with database.transaction() as session:
        found = {}
        for table in ("chunk", "rollup"):
            await session.execute(text(f"ANALYZE {table}"))
            found[table] = (await session.execute(text(f"SELECT pg_total_relation_size('{table}')"))).scalar_one()
        return found


async def on_disk(database: Database, where: Partnership, kpis: list[str], amount: int) -> None:
    kinds = {
        "integers, regular": integers, "random walk, irregular, milliseconds": walk(1000), "random walk, irregular, microseconds": walk(1),
    }  # fmt: skip
    for (name, make), kpi in zip(kinds.items(), kpis, strict=True):
        before = await sizes(database)
        await fill(database, UUID(where.path.rpartition("/")[2]), UUID(kpi), make(amount))
        after = await sizes(database)
        chunk, rollup = ((after[table] - before[table]) / amount for table in ("chunk", "rollup"))
        print(
            f"| {amount:,} samples: {name} | {chunk + rollup:.2f} bytes | rollups {rollup:.2f} of them | |", flush=True
        )


async def measure(http: httpx.AsyncClient, path: str, params: dict[str, object]) -> tuple[float, float]:
    """Median and p99 in milliseconds."""
    took = []
    for _ in range(QUERIES + 20):
        begun = time.perf_counter()
        (await http.get(path, params=params)).raise_for_status()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took[20:]), statistics.quantiles(took[20:], n=100)[98]


async def main(exponent: int) -> None:
    with deployment() as place:
        where = partnership(place, 3, trajectory=False)
        database = connect(place)
        await on_disk(database, where, where.kpis, 1_000_000)
        async with httpx.AsyncClient(base_url=place.url, headers=where.person, timeout=60) as http:
            first: dict[str, float] = {}
            for power in range(5, exponent + 1):
                each = partnership(place, 1, trajectory=False)
                begun = time.perf_counter()
                await fill(database, UUID(each.path.rpartition("/")[2]), UUID(each.kpis[0]), integers(10**power))
                filled = time.perf_counter() - begun
                http.headers.update(each.person)
                for name, path, params in (
                    ("chart of 500 points", f"{each.path}/kpis/{each.kpis[0]}/chart", {"points": 500}),
                    ("cockpit figures", f"{each.path}/kpis", {"limit": 100}),
                ):
                    median, worst = await measure(http, path, params)
                    ratio = worst / first.setdefault(name, worst)
                    print(
                        f"| {name}, 10^{power} samples (compacted in {filled:.0f} s)"
                        f" | median {median:.1f} ms, p99 {worst:.1f} ms | p99 at 10^5 | {ratio:.2f} |",
                        flush=True,
                    )
        await database.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8))
