"""Work in the background goes on for everybody else where one KPI breaks it."""

import asyncio
import sys
from contextlib import contextmanager, suppress
from subprocess import PIPE
from threading import Thread

import psutil
import pytest
import uvloop
from kpi.kpi_world import START
from kpi.test_kpi_storage import kept, push_series
from support.stack import role_url
from support.waiting import eventually

from entente_kpi import sweeps
from entente_shared.db import Database


async def test_a_kpi_that_cannot_be_compacted_holds_up_no_other(kpis, kpi_admin):
    broken, sound = await kpis.define(), await kpis.define()
    for kpi in (broken, sound):
        await push_series(kpi, START, 1, list(range(100)))
    await kpi_admin.execute("UPDATE fresh SET times = '' WHERE kpi_id = $1", broken.id)
    try:
        due = "UPDATE track SET fresh_since = now() - interval '1 hour', fresh_samples = $2 WHERE kpi_id = $1"
        await kpi_admin.execute(due, broken.id, 10**9)  # the first in line
        await kpi_admin.execute(due, sound.id, 100)

        async def compacted():
            return await kept(sound, kpi_admin, "chunk") == 100

        await eventually(compacted, 30)
        assert await kept(broken, kpi_admin, "fresh") == 100
    finally:
        await kpi_admin.execute("DELETE FROM fresh WHERE kpi_id = $1", broken.id)


@pytest.fixture
def alone(kpis, stack, monkeypatch):
    """The service compacts nothing itself; its settings are where a process finds them."""
    monkeypatch.setattr(sweeps, "_compact", lambda _: asyncio.sleep(1, result=1.0))
    monkeypatch.setenv("ENTENTE_DATABASE_URL", role_url(stack.admin_dsn, "kpi"))
    monkeypatch.setenv("ENTENTE_TOKEN_PUBLIC_KEY", str(stack.public_key))


@contextmanager
def sweeping(stack):
    """As in the service: on its kind of loop, which takes other arguments for what it starts than asyncio's."""
    loop, ended = uvloop.new_event_loop(), []

    async def sweep():
        database = Database(stack.settings("kpi"))
        with suppress(asyncio.CancelledError):
            await sweeps.compact_apart(database)
        await database.close()

    task = loop.create_task(sweep())
    thread = Thread(target=lambda: ended.append(loop.run_until_complete(task)))
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(20)
        loop.close()
    assert ended == [None]


def compacting():
    return [each for each in psutil.Process().children() if "entente_kpi.compacting" in each.cmdline()]


async def test_a_process_of_its_own_compacts_and_ends_with_the_service(kpis, kpi_admin, stack, alone):
    kpi = await kpis.define()
    await push_series(kpi, START, 1, list(range(100)))
    await kpi_admin.execute("UPDATE track SET fresh_since = now() - interval '1 hour' WHERE kpi_id = $1", kpi.id)

    async def compacted():
        return await kept(kpi, kpi_admin, "chunk") == 100

    with sweeping(stack):
        await eventually(compacted, 30)
        assert len(compacting()) == 1
    await eventually(lambda: not compacting(), 10)
    left = await asyncio.create_subprocess_exec(sys.executable, "-m", "entente_kpi.compacting", stdin=PIPE)
    left.stdin.close()  # as where the service was killed
    async with asyncio.timeout(20):
        assert await left.wait() == 0
