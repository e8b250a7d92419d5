"""Server-sent events to one client: bounded in memory, ended when the client stalls, leaves or loses its key."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from entente_shared.auth import Caller
from entente_shared.db import Database
from entente_shared.errors import Problem, Unauthenticated

from ..proxy.call import Watch
from . import queries
from .feed import Feed, Subscription

log = structlog.get_logger(__name__)

_BATCH = 100


@dataclass(frozen=True)
class Pace:
    """Seconds: between looks at the log without a wake-up, between heartbeats, and that a client may not take
    anything.
    """

    poll: float
    heartbeat: float
    stall: float


@dataclass(frozen=True)
class Follower:
    """Who follows what from where. `identify` raises Unauthenticated once the key has ended."""

    caller: Caller
    partnership_id: UUID | None
    position: int
    identify: Callable[[], Awaitable[object]]


class EventStream(Response):
    media_type = "text/event-stream"

    def __init__(self, database: Database, feed: Feed, follower: Follower, pace: Pace) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._database, self._feed, self._follower, self._pace = database, feed, follower, pace

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        with Watch(receive) as watch, self._feed.subscribe(self._follower.caller.principal) as subscription:
            watch.start()
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            try:
                async for text in self._texts(subscription):
                    async with asyncio.timeout(self._pace.stall):
                        await send({"type": "http.response.body", "body": text, "more_body": True})
            except Unauthenticated:
                log.info("stream ended with its key")
            except (Problem, SQLAlchemyError, OSError) as error:
                # The client stalled, or the database is away: it comes back with the last id that it got.
                log.info("stream broke off", reason=type(error).__name__)
                return
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _texts(self, subscription: Subscription) -> AsyncGenerator[bytes, None]:
        """Batches while there are any, then whatever wakes us. Nothing but the batch being sent is held."""
        position = self._follower.position
        subscription.stale = True
        yield b"retry: 1000\nid: %d\n\n" % position
        spoke = time.monotonic()
        while not self._feed.closing:
            # Nothing is sent before the key was seen to stand.
            _, batch = await asyncio.gather(self._follower.identify(), self._read(position, subscription))
            position = batch.last
            if batch.count:
                yield batch.text
                spoke = time.monotonic()
            if batch.count < _BATCH and not await subscription.wait(self._pace.poll):
                subscription.stale = True
                if time.monotonic() - spoke >= self._pace.heartbeat:
                    yield b": still here\n\n"
                    spoke = time.monotonic()

    async def _read(self, position: int, subscription: Subscription) -> queries.Batch:
        caller, partnership_id = self._follower.caller, self._follower.partnership_id
        async with self._feed.turns, self._database.transaction(caller) as session:
            if subscription.stale:
                subscription.stale = False
                subscription.partnerships = await queries.partnerships(session)
            return await queries.after(session, caller, position, partnership_id, _BATCH)
