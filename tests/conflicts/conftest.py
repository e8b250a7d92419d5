"""Fixtures: the conflicts service alone, fed by the outboxes of the services around it, and partnerships in it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from conflicts.harness import Alone, Partnership
from support.plumbing import create_plumbing_database
from support.servers import free_port, servers
from support.stack import APP_PASSWORD, OWNER_PASSWORD, Stack, role_url, write_keys

from entente_shared.migrate import provision
from entente_shared.runtime import Runtime, Service
from entente_shared.settings import ServiceSettings

PRODUCERS = ("objectives", "kpi", "resources")


@pytest.fixture(scope="session")
async def alone(tmp_path_factory) -> AsyncIterator[Alone]:
    folder = tmp_path_factory.mktemp("conflicts")
    with servers() as (admin_dsn, nats_url):
        stack = Stack(admin_dsn, nats_url, folder, *write_keys(folder), {"conflicts": free_port()})
        await provision(admin_dsn, "conflicts", OWNER_PASSWORD, APP_PASSWORD)
        environment = {**os.environ, "ENTENTE_OWNER_DATABASE_URL": role_url(admin_dsn, "conflicts", owner=True)}
        command = [sys.executable, "-m", "entente_shared.migrate", "entente_conflicts"]
        await asyncio.to_thread(subprocess.run, command, env=environment, check=True)
        feeds = {name: await feed(stack, name) for name in PRODUCERS}
        stack.start("conflicts")
        yield Alone(stack, feeds)
        await asyncio.to_thread(stack.stop, "conflicts")
        await asyncio.gather(*(runtime.stop() for runtime in feeds.values()))


async def feed(stack: Stack, name: str) -> Runtime:
    settings = ServiceSettings(
        database_url=await create_plumbing_database(stack.admin_dsn, name),
        nats_url=stack.nats_url,
        token_public_key=stack.public_key,
    )
    runtime = Runtime(Service(name, name, ""), settings)
    await runtime.start()
    return runtime


@pytest.fixture
async def partnership(alone) -> AsyncIterator[Partnership]:
    made = Partnership(alone)
    yield await made.found()
    await made.close()
