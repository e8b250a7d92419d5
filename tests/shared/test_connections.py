"""Pooled connections that died while they rested are replaced before anybody gets one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from sqlalchemy import text
from support.waiting import eventually

from entente_shared.db import Database, liveness

ALL_AT_ONCE = 3


async def drivers(database: Database) -> set[asyncpg.Connection]:
    """Use several connections at the same time; returns them."""
    together = asyncio.Barrier(ALL_AT_ONCE)

    async def use() -> asyncpg.Connection:
        async with database.transaction() as session:
            raw = await (await session.connection()).get_raw_connection()
            await session.execute(text("SELECT 1"))
            await together.wait()
            return raw.driver_connection

    return set(await asyncio.gather(*(use() for _ in range(ALL_AT_ONCE))))


async def test_connections_that_the_server_ended_are_replaced(probe):
    database = Database(probe.settings("kpi"))
    before = await drivers(database)
    admin = await asyncpg.connect(probe.admin_dsn)
    await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'entente_kpi'")
    await admin.close()
    await eventually(lambda: all(connection.is_closed() for connection in before))
    after = await drivers(database)
    assert not after & before
    await database.close()


async def test_a_connection_is_used_again_without_asking_the_server(probe):
    async with forgetful(probe.settings("kpi").database_url) as (url, _, sent):
        database = Database(probe.settings("kpi", database_url=url))
        counts = []
        for _ in range(4):
            before = len(sent)
            async with database.transaction() as session:
                await session.execute(text("SELECT 1"))
            counts.append(len(sent) - before)
        assert counts[-1] <= 4  # begin, the caller, the statement, commit
        await database.close()


async def test_a_connection_that_rested_and_was_dropped_without_a_word_is_replaced(probe, monkeypatch):
    monkeypatch.setattr(liveness, "_RESTED", 0.0)
    async with forgetful(probe.settings("kpi").database_url) as (url, forget, _):
        database = Database(probe.settings("kpi", database_url=url))
        before = await drivers(database)
        forget()
        assert not any(connection.is_closed() for connection in before)
        after = await drivers(database)
        assert not after & before
        await database.close()


@asynccontextmanager
async def forgetful(url: str) -> AsyncIterator[tuple[str, object, list[bytes]]]:
    """A way to the database that can forget its connections, as a firewall does: each is reset when it is used again.

    Gives the address, what makes it forget, and what was sent to the server so far.
    """
    parts, sent, forgotten = urlsplit(url), [], set()
    known = set()

    async def carry(client: asyncio.StreamReader, answering: asyncio.StreamWriter) -> None:
        server, asking = await asyncio.open_connection(parts.hostname, parts.port)
        known.add(answering)
        back = asyncio.create_task(copy(server, answering))
        with suppress(ConnectionError):
            while chunk := await client.read(65536):
                if answering in forgotten:
                    break
                sent.append(chunk)
                asking.write(chunk)
        back.cancel()
        asking.close()
        answering.transport.abort()

    async def copy(server: asyncio.StreamReader, answering: asyncio.StreamWriter) -> None:
        while chunk := await server.read(65536):
            answering.write(chunk)
        answering.close()

    async with await asyncio.start_server(carry, "127.0.0.1") as listening:
        port = listening.sockets[0].getsockname()[1]
        at = parts.netloc.rpartition("@")[0] + f"@127.0.0.1:{port}"
        yield urlunsplit(parts._replace(netloc=at)), lambda: forgotten.update(known), sent
