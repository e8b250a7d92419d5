"""Leadership of a background task among a service's processes: an advisory lock on a connection of its own.

The lock goes with the connection. The server ends the session when the process stops sending heartbeats for
`idle_session_timeout`, so that a frozen leader loses the lock; the leader itself gives up when a heartbeat fails.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import asyncpg
import structlog

from .telemetry import LEADING

log = structlog.get_logger(__name__)


class Lease:
    """The leader's connection. Statements run one at a time; a leader that lost the lock cannot run any."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection, self._turn = connection, asyncio.Lock()

    async def fetch(self, statement: str, *arguments: Any) -> list[Any]:
        async with self._turn:
            rows: list[Any] = await self._connection.fetch(statement, *arguments)
            return rows

    async def fetchval(self, statement: str, *arguments: Any) -> Any:
        async with self._turn:
            return await self._connection.fetchval(statement, *arguments)

    async def execute(self, statement: str, *arguments: Any) -> str:
        async with self._turn:
            status: str = await self._connection.execute(statement, *arguments)
            return status

    async def listen(self, channel: str, callback: Callable[[], None]) -> None:
        async with self._turn:
            await self._connection.add_listener(channel, lambda *_: callback())


Lead = Callable[[Lease], Awaitable[None]]


class Leader:
    """Runs `lead(lease)` in at most one process at a time, for ever, and again after every failure."""

    def __init__(self, dsn: str, service: str, task: str, timeout: float) -> None:
        self._dsn, self._service, self._task, self._timeout = dsn, service, task, timeout

    async def run(self, lead: Lead) -> None:
        pause = 0.1
        while True:
            try:
                if await self._term(lead):
                    pause = 0.1
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever broke, the task must come back; it is logged
                log.warning("background task failed", task=self._task, error=repr(error), retry_in=pause)
                pause = min(pause * 2, 2.0)
            await asyncio.sleep(pause)

    async def _term(self, lead: Lead) -> bool:
        """One attempt at leading. Returns False where another process leads."""
        connection = await asyncpg.connect(
            self._dsn,
            timeout=5,
            command_timeout=self._timeout,
            server_settings={
                "idle_session_timeout": str(int(self._timeout * 1000)),
                "application_name": f"{self._service} {self._task}",
            },
        )
        try:
            if not await connection.fetchval("SELECT pg_try_advisory_lock(hashtext($1))", self._task):
                await asyncio.sleep(self._timeout / 6)
                return False
            log.info("leading", task=self._task)
            LEADING.labels(self._service, self._task).set(1)
            await self._lead(Lease(connection), lead)
            return True
        finally:
            LEADING.labels(self._service, self._task).set(0)
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                connection.terminate()

    async def _lead(self, lease: Lease, lead: Lead) -> None:
        heart = asyncio.create_task(self._beat(lease))
        work = asyncio.ensure_future(lead(lease))
        try:
            done, _ = await asyncio.wait({heart, work}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            pending: set[Any] = {heart, work}
            while pending:  # Python 3.11's wait_for may swallow a cancellation (bpo-37658), also inside nats-py
                for task in pending:
                    task.cancel()
                _, pending = await asyncio.wait(pending, timeout=0.5)
            await asyncio.gather(heart, work, return_exceptions=True)

    async def _beat(self, lease: Lease) -> None:
        while True:
            await asyncio.sleep(self._timeout / 3)
            await lease.execute("SELECT 1")
