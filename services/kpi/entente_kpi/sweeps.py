"""Work that nobody asks for: publishing progress that was held back, and compacting samples. Any number of processes may do it."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog

from entente_shared.db import Database
from entente_shared.db.outages import is_outage

from .progress import commands as progress
from .series import compaction

log = structlog.get_logger(__name__)

_PAUSE = 0.25  # seconds between two looks
_PROGRESS_RATE = 64  # events a second: more would only keep everybody else busy
_SHARE = 0.25  # of the time may go into compaction
_IDLE = 60.0  # seconds without anything to compact, after which its process ends


async def publish_progress(database: Database) -> None:
    await _repeat(lambda: _publish_progress(database))


async def compact(database: Database) -> None:
    await _repeat(lambda: _compact(database))


async def compact_apart(database: Database) -> None:
    """The same in a process of its own, while there is anything to compact."""
    await _repeat(lambda: _have_compacted(database))


async def compact_what_is_due(database: Database) -> None:
    """The same until nothing has been due for a while."""
    idle = 0.0
    while idle < _IDLE:
        rest = await _compact(database)
        idle = idle + rest if rest > _PAUSE else 0.0
        await asyncio.sleep(rest)


async def _repeat(look: Callable[[], Awaitable[float]]) -> None:
    """`look` returns how long to rest."""
    while True:
        try:
            rest = await look()
        except Exception as error:  # noqa: BLE001 - the sweep outlives an outage of the database; it is logged
            log.warning("a sweep failed", error=repr(error))
            rest = 1.0
        await asyncio.sleep(rest)


@contextmanager
def _alone(**what: UUID) -> Iterator[None]:
    """What one of them breaks must not keep the others waiting for ever: it is logged, and tried again with the next look."""
    try:
        yield
    except Exception as error:
        if is_outage(error):
            raise
        names = {name: str(each) for name, each in what.items()}
        log.warning("a sweep left one out", error=type(error).__name__, **names)


async def _publish_progress(database: Database) -> float:
    async with database.transaction() as session:
        partnerships = await progress.partnerships_due(session)
    published = 0
    for partnership_id in partnerships:
        with _alone(partnership=partnership_id):
            async with database.transaction(tenant=partnership_id) as session:
                published += await progress.publish_held_back(session, partnership_id)
    return max(_PAUSE, published / _PROGRESS_RATE)


async def _compact(database: Database) -> float:
    loop = asyncio.get_running_loop()
    async with database.transaction() as session:
        due = await compaction.kpis_due(session)
    for partnership_id, kpi_id in due:
        begun = loop.time()
        with _alone(kpi=kpi_id):
            async with database.transaction(tenant=partnership_id) as session:
                compacted = await compaction.compact(session, partnership_id, kpi_id)
            if compacted is not None:
                async with database.transaction(tenant=partnership_id) as session:
                    await compaction.count(session, partnership_id, kpi_id, compacted)
        await asyncio.sleep((loop.time() - begun) * (1 / _SHARE - 1))
    return _PAUSE if due else 4 * _PAUSE


async def _have_compacted(database: Database) -> float:
    async with database.transaction() as session:
        due = await compaction.kpis_due(session)
    if due:
        command = (sys.executable, "-m", "entente_kpi.compacting")
        process = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE)
        try:
            code = await process.wait()
        finally:
            if process.returncode is None:
                process.terminate()  # the next one goes on from what was committed
        if code:
            raise RuntimeError(f"the process that compacts ended with {code}")
    return 4 * _PAUSE
