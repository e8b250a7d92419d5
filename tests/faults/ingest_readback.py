"""Everything that a deployment holds after a history of pushes, read back by the API, and beneath it from the databases."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import asyncpg
import numpy as np
from bench.deployment import Deployment, Partnership
from faults import ingest_history
from faults.ingest_history import Correction, Deviation, Writes
from faults.ingest_load import VARIANTS
from kpi import kpi_reference
from support.waiting import eventually

from entente_local.folder import Folder
from entente_local.services import installation

SERVICES = ("objectives", "kpi", "conflicts", "resources", "gateway")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OPENED = "entente.kpi.deviation_opened.v1"
_AT_A_TIME = 4
# as the charter of `bench.deployment` has it; the first trajectory holds from the beginning
_AGREED = SimpleNamespace(
    baseline=0.0, target=100.0, starts_at=datetime(2026, 1, 1, tzinfo=UTC), due_at=datetime(2036, 1, 1, tzinfo=UTC)
)
_PATH = [(datetime.min.replace(tzinfo=UTC), _AGREED)]


@dataclass
class Found:
    counts: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def add(self, where: str, wrong: list[str]) -> None:
        self.violations += [f"{where}: {each}" for each in wrong]


async def check(place: Deployment, where: Partnership, path: Path) -> Found:
    with path.open() as lines:
        history = ingest_history.read(lines)
    found = Found(history.counts, list(history.refused))
    async with _database(place, "kpi") as kpi, _database(place, "gateway") as gateway:
        await _check_kpis(place, where, history.writes, kpi, found)
        await _compacted(kpi)
        await _check_kpis(place, where, history.writes, kpi, found, when="compacted, ")
        await _check_events(place, where, kpi, gateway, found)
    return found


@asynccontextmanager
async def _database(place: Deployment, name: str) -> AsyncIterator[asyncpg.Connection]:
    admin = installation(Folder(place.folder / "data")).admin_url()
    connection = await asyncpg.connect(admin, database=f"entente_{name}", timeout=30)
    try:
        yield connection
    finally:
        await connection.close()


async def _compacted(kpi: asyncpg.Connection) -> None:
    """Fresh samples are compacted once they are old enough: here, at once."""
    await kpi.execute("UPDATE track SET fresh_since = fresh_since - interval '1 minute'")

    async def nothing_fresh() -> bool:
        return not await kpi.fetchval("SELECT EXISTS (SELECT FROM track WHERE fresh_since IS NOT NULL)") and not (
            await kpi.fetchval("SELECT EXISTS (SELECT FROM fresh)")
        )

    await eventually(nothing_fresh, 180)


async def _check_kpis(
    place: Deployment,
    where: Partnership,
    writes: dict[int, Writes],
    kpi: asyncpg.Connection,
    found: Found,
    when: str = "",
) -> None:
    turns, view = asyncio.Semaphore(_AT_A_TIME), asyncio.Lock()
    async with aiohttp.ClientSession(headers=where.person, timeout=aiohttp.ClientTimeout(total=120)) as http:

        async def one(number: int) -> None:
            async with turns:
                reader = Reader(http, f"{place.url}{where.path}", where.kpis[number])
                await _check_kpi(number, reader, writes[number], found, f"{when}KPI {number}", (kpi, view))

        await asyncio.gather(*(one(number) for number in sorted(writes)))


@dataclass
class Reader:
    http: aiohttp.ClientSession
    partnership: str
    kpi_id: str

    async def get(self, path: str, **params: Any) -> Any:
        async with self.http.get(f"{self.partnership}{path}", params=params) as answer:
            content = await answer.read()
            assert answer.ok, (answer.status, content)
            return json.loads(content)

    async def every(self, path: str, **params: Any) -> list[Any]:
        items, cursor = [], {}
        while True:
            page = await self.get(path, limit=1000, **params, **cursor)
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            cursor = {"cursor": page["next_cursor"]}


async def _check_kpi(
    number: int,
    reader: Reader,
    writes: Writes,
    found: Found,
    name: str,
    database: tuple[asyncpg.Connection, asyncio.Lock],
) -> None:
    variant, of_kpi = VARIANTS[number % len(VARIANTS)], f"/kpis/{reader.kpi_id}"
    samples = [(_moment(each["at"]), each["value"]) for each in await reader.every(f"{of_kpi}/samples")]
    at = np.array([_us(moment) for moment, _ in samples], np.int64)
    value = np.array([each for _, each in samples])
    corrections = [
        Correction(_us(_moment(each["at"])), each["replaced"], each["value"])
        for each in await reader.every(f"{of_kpi}/corrections")
    ]
    deviations = [_deviation(each) for each in await reader.every("/deviations", kpi_id=reader.kpi_id)]
    chart = await reader.get(f"{of_kpi}/chart", points=50)

    def judge() -> None:
        found.add(name, ingest_history.check_samples(writes, at, value, correcting=variant.correcting))
        found.add(name, ingest_history.check_corrections(writes, corrections, at, value))
        expected = kpi_reference.standing_crossings(variant.rule, _PATH, dict(samples))
        found.add(name, ingest_history.check_deviations(deviations, expected))
        found.add(name, ingest_history.check_rollup(value, chart["count"], chart["min"], chart["max"]))

    await asyncio.to_thread(judge)
    connection, turn = database
    async with turn:
        view = await connection.fetch(
            "SELECT (extract(epoch FROM at) * 1000000)::bigint, value FROM sample WHERE kpi_id = $1 ORDER BY at",
            reader.kpi_id,
        )
    columns = [np.array([row[place] for row in view], kind) for place, kind in ((0, np.int64), (1, np.float64))]
    found.add(name, ingest_history.check_alike(at, value, *columns))
    if name.startswith("KPI"):
        found.counts.update({"samples": len(at), "corrections": len(corrections), "deviations": len(deviations)})


async def _check_events(
    place: Deployment, where: Partnership, kpi: asyncpg.Connection, gateway: asyncpg.Connection, found: Found
) -> None:
    await eventually(_nothing_left(kpi, gateway), 180)
    partnership_id = where.path.rpartition("/")[2]
    deviations = [
        str(row[0]) for row in await kpi.fetch("SELECT id FROM deviation WHERE partnership_id = $1", partnership_id)
    ]
    told = await kpi.fetch(
        "SELECT data::jsonb ->> 'deviation_id' FROM outbox WHERE type = $1 AND snapshot_of IS NULL", _OPENED
    )
    arrived = await gateway.fetch("SELECT data ->> 'deviation_id' FROM event_log WHERE type = $1", _OPENED)
    found.add("events", ingest_history.check_events(deviations, (row[0] for row in told), (row[0] for row in arrived)))
    headers = {"Authorization": f"Bearer {place.operator}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        for service in SERVICES:
            async with http.get(f"{place.url}/v1/{service}/dead-letters") as answer:
                letters = (await answer.json())["items"]
            found.add("events", [f"{service} could not handle {each['type']}" for each in letters])


def _nothing_left(kpi: asyncpg.Connection, gateway: asyncpg.Connection) -> Callable[[], Awaitable[bool]]:
    """Whether all that the outbox has is in the gateway's log."""

    async def settled() -> bool:
        if await kpi.fetchval("SELECT EXISTS (SELECT FROM outbox WHERE published_at IS NULL)"):
            return False
        wanted = await kpi.fetch(
            "SELECT event_id FROM outbox WHERE snapshot_of IS NULL ORDER BY position DESC LIMIT 1000"
        )
        seen = await gateway.fetchval(
            "SELECT count(*) FROM event_log WHERE event_id = ANY($1::uuid[])", [row[0] for row in wanted]
        )
        return bool(seen == len(wanted))

    return settled


def _deviation(each: dict[str, Any]) -> Deviation:
    closed = each["closed_at"] and _moment(each["closed_at"])
    return Deviation(each["id"], each["crossing"], _moment(each["opened_at"]), closed, each["annulled"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _us(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
