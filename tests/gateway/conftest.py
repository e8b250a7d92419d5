"""The gateway alone, fed by the outboxes of the four services."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from gateway.harness import Gateway, migrate
from support.plumbing import create_plumbing_database
from support.servers import free_port, servers
from support.stack import APP_PASSWORD, OWNER_PASSWORD, Stack, role_url, write_keys

from entente_shared.broker import PRODUCERS
from entente_shared.migrate import provision
from entente_shared.runtime import Runtime, Service
from entente_shared.settings import ServiceSettings


@pytest.fixture(scope="session")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    with servers() as (admin_dsn, nats_url):
        stack = Stack(admin_dsn, nats_url, folder, *write_keys(folder), {"gateway": free_port()})
        await provision(admin_dsn, "gateway", OWNER_PASSWORD, APP_PASSWORD)
        await asyncio.to_thread(migrate, role_url(admin_dsn, "gateway", owner=True))
        feeds = {name: await feed(stack, name) for name in PRODUCERS}
        stack.start(
            "gateway", key_cache_seconds=0.2, stream_heartbeat=0.3, stream_poll=0.2, streams_per_key=3, stream_stall=1.0
        )
        yield Gateway(stack, feeds)
        await asyncio.to_thread(stack.stop, "gateway")
        await asyncio.gather(*(runtime.stop() for runtime in feeds.values()))


async def feed(stack: Stack, name: str) -> Runtime:
    settings = ServiceSettings(
        database_url=await create_plumbing_database(stack.admin_dsn, name),
        nats_url=stack.nats_url,
        token_public_key=stack.public_key,
        pool_size=2,
        relay_poll=0.2,
    )
    runtime = Runtime(Service(name, name, ""), settings)
    await runtime.start()
    return runtime
