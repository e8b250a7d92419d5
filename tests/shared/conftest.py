"""A probe service: the plumbing of shared/ without any business, producer and consumer in separate databases."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from support.plumbing import create_plumbing_database
from support.servers import servers
from support.stack import write_keys
from support.waiting import eventually

from entente_shared import broker
from entente_shared.db import Database
from entente_shared.handling import Handlers
from entente_shared.plumbing import consumer_position
from entente_shared.runtime import Runtime, Service
from entente_shared.settings import ServiceSettings


@dataclass
class Probe:
    """Two services: `objectives` produces, `kpi` consumes. Both have only the plumbing."""

    admin_dsn: str
    nats_url: str
    private_key: Path
    public_key: Path
    urls: dict[str, str]
    runtimes: list[Runtime] = field(default_factory=list)

    def settings(self, service: str, **overrides: Any) -> ServiceSettings:
        values: dict[str, Any] = {
            "database_url": self.urls[service],
            "nats_url": self.nats_url,
            "token_public_key": self.public_key,
            "delivery_backoff": 0.05,
            "delivery_attempts": 3,
            "leader_timeout": 1.5,
            "relay_poll": 0.3,
        }
        return ServiceSettings(**{**values, **overrides})

    async def start(self, service: str, handlers: Handlers | None = None, **overrides: Any) -> Runtime:
        runtime = Runtime(
            Service(service, service, "", handlers=handlers or Handlers()), self.settings(service, **overrides)
        )
        await runtime.start()
        self.runtimes.append(runtime)
        return runtime

    async def settled(self, service: str) -> None:
        """Wait until a consumer has got its first snapshot, so that none arrives in the middle of a test."""
        database = Database(self.settings(service))

        async def done() -> bool:
            async with database.transaction() as session:
                return (await session.execute(select(consumer_position.c.snapshot_received))).scalars().all() == [True]

        await eventually(done)
        await database.close()


@asynccontextmanager
async def probing(found: tuple[str, str], folder: Path) -> AsyncIterator[Probe]:
    admin_dsn, nats_url = found
    urls = {name: await create_plumbing_database(admin_dsn, name) for name in ("objectives", "kpi")}
    private, public = write_keys(folder)
    probe = Probe(admin_dsn, nats_url, private, public, urls)
    await _erase_streams(probe)
    try:
        yield probe
    finally:
        await asyncio.gather(*(runtime.stop() for runtime in probe.runtimes))


@pytest.fixture(scope="session")
def probe_servers() -> Iterator[tuple[str, str]]:
    """Servers apart from the stack's: databases and streams are made and dropped here."""
    with servers() as found:
        yield found


@pytest.fixture
async def probe(probe_servers: tuple[str, str], tmp_path: Path) -> AsyncIterator[Probe]:
    async with probing(probe_servers, tmp_path) as probe:
        yield probe


@pytest.fixture(scope="module")
async def module_probe(
    probe_servers: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Probe]:
    async with probing(probe_servers, tmp_path_factory.mktemp("probe")) as probe:
        yield probe


async def _erase_streams(probe: Probe) -> None:
    connection = await broker.connect(probe.settings("objectives"), "objectives")
    for stream in await connection.jetstream().streams_info():
        await connection.jetstream().delete_stream(stream.config.name)
    await connection.close()
