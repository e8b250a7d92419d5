"""The objectives service alone, over real PostgreSQL, NATS and HTTP, and the others' events from their own outboxes."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import anyio
import pytest
from objectives.parties import Scene
from objectives.producers import Producers
from objectives.tables import migrate
from support.plumbing import create_plumbing_database
from support.servers import free_port, servers
from support.stack import APP_PASSWORD, OWNER_PASSWORD, Stack, write_keys

from entente_shared.migrate import provision

OTHERS = ("kpi", "resources", "conflicts")


@pytest.fixture(scope="session")
def objectives_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder: Path = tmp_path_factory.mktemp("objectives")
    with ExitStack() as cleanup:
        admin_dsn, nats_url = cleanup.enter_context(servers())
        anyio.run(provision, admin_dsn, "objectives", OWNER_PASSWORD, APP_PASSWORD)
        done = migrate(admin_dsn)
        assert done.returncode == 0, done.stderr
        for other in OTHERS:
            anyio.run(create_plumbing_database, admin_dsn, other)
        ports = {name: free_port() for name in ("objectives", *OTHERS)}
        stack = Stack(admin_dsn, nats_url, folder, *write_keys(folder), ports)
        stack.start("objectives", pool_size=10)
        cleanup.callback(stack.stop, "objectives")
        yield stack


@pytest.fixture(scope="session")
async def producers(objectives_stack: Stack) -> AsyncIterator[Producers]:
    started = Producers(objectives_stack)
    await started.start()
    deadline = time.monotonic() + 30
    while not await started.ready():
        assert time.monotonic() < deadline, "the producers did not become leaders"
        await anyio.sleep(0.05)
    yield started
    await started.stop()


@pytest.fixture
async def scene(objectives_stack: Stack, producers: Producers) -> AsyncIterator[Scene]:
    """Three organisations of this test alone, and their people."""
    async with Scene(objectives_stack, producers) as scene:
        yield scene
