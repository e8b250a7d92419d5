"""Waking the open streams of this process when something was logged: one LISTEN connection for all of them.

Only wake-ups travel: each stream reads the log itself, under its own caller's row-level security. Wake-ups of one
stream coalesce, so that a slow client costs nothing but its own lag.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import asyncpg
import structlog
from prometheus_client import Gauge

from entente_shared.errors import N_, TooMany, Unavailable

log = structlog.get_logger(__name__)

CHANNEL = "event_log"
EVERYBODY = "*"
STREAMS = Gauge("entente_gateway_streams", "Event streams that are open")
_HEARTBEAT = 5.0
_READERS = 4


class Subscription:
    """One stream's wake-up. `partnerships` are those whose events concern it."""

    def __init__(self, principal: str) -> None:
        self.principal = principal
        self.partnerships: frozenset[str] = frozenset()
        self.stale = False
        self._woken = asyncio.Event()

    def wake(self, partnership_id: str) -> None:
        """`EVERYBODY` means that memberships may have changed."""
        self.stale = self.stale or partnership_id == EVERYBODY
        if self.stale or partnership_id in self.partnerships:
            self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """Whether it was woken within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True


class Feed:
    """`most` streams at a time, `most_per_key` of one key."""

    def __init__(self, most: int, most_per_key: int) -> None:
        self._most, self._most_per_key = most, most_per_key
        self._subscriptions: set[Subscription] = set()
        self.closing = False
        # Many streams wake at once; they take turns at the database, so that its pool is left to everybody else.
        self.turns = asyncio.Semaphore(_READERS)

    @contextmanager
    def subscribe(self, principal: str) -> Iterator[Subscription]:
        if len(self._subscriptions) >= self._most:
            raise Unavailable(N_("Too many streams are open; try again shortly."), headers={"Retry-After": "5"})
        if sum(1 for other in self._subscriptions if other.principal == principal) >= self._most_per_key:
            raise TooMany(N_("This key has too many streams open; close one first."), headers={"Retry-After": "5"})
        subscription = Subscription(principal)
        self._subscriptions.add(subscription)
        STREAMS.inc()
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
            STREAMS.dec()

    def wake(self, partnership_id: str) -> None:
        for subscription in self._subscriptions:
            subscription.wake(partnership_id)

    def close(self) -> None:
        """Let every stream end by itself, so that the process can stop without waiting for clients that stay for
        ever.
        """
        self.closing = True
        self.wake(EVERYBODY)

    async def listen(self, dsn: str) -> None:
        """Listen for ever, again after every failure; streams poll slowly meanwhile."""
        while True:
            try:
                async with _connection(dsn) as connection:
                    await connection.add_listener(CHANNEL, lambda *arguments: self.wake(arguments[3]))
                    self.wake(EVERYBODY)
                    while True:
                        await asyncio.sleep(_HEARTBEAT)
                        await connection.execute("SELECT 1")
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("not listening", error=repr(error))
                await asyncio.sleep(0.5)


@asynccontextmanager
async def _connection(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    settings = {"application_name": "gateway feed"}
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=5, server_settings=settings)
    try:
        yield connection
    finally:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            connection.terminate()
