"""A running service: its database, its broker connection and its background tasks (relay, consumers, timers, tidying)."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from sqlalchemy import text

from . import broker, membership, retention, snapshots
from .auth import TokenVerifier
from .consumer import Consumer
from .db import Database
from .handling import Handlers
from .relay import WAKE_CHANNEL, Relay
from .settings import ServiceSettings
from .timers import TimerLoop, Timers

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Service:
    """What a service is made of. The membership projection is added to its handlers, but for objectives, which owns it.

    `background` is work that goes on as long as the process.
    `guards` are dependencies of every route of its routers: rules that hold whatever is asked for.
    `streamed`: how the paths end whose bodies may be of any length; their routes hold no more than a part at a time.
    """

    name: str
    title: str
    description: str
    routers: tuple[Any, ...] = ()
    handlers: Handlers = field(default_factory=Handlers)
    timers: Timers = field(default_factory=Timers)
    background: tuple[Callable[[Database], Coroutine[Any, Any, None]], ...] = ()
    streamed: tuple[str, ...] = ()
    guards: tuple[Callable[..., Any], ...] = ()

    @property
    def is_producer(self) -> bool:
        return self.name in broker.PRODUCERS

    def all_handlers(self) -> Handlers:
        return self.handlers if self.name == "objectives" else Handlers(membership.handlers, self.handlers)


class Runtime:
    def __init__(self, service: Service, settings: ServiceSettings) -> None:
        self.name, self.settings = service.name, settings
        self.database = Database(settings)
        self.verifier = TokenVerifier(settings.token_public_key, service.name)
        self.handlers = service.all_handlers()
        found = self.handlers.producers
        self.producers = set(broker.PRODUCERS if found is None else found) - {service.name}
        self.broker: Client | None = None
        self.relay: Relay | None = None
        self.timers = TimerLoop(self.database, service.timers, settings.timer_poll)
        self._background = service.background
        self._has_timers, self._is_producer = bool(service.timers.kinds), service.is_producer
        self._tasks: list[asyncio.Task[None]] = []
        self._broken = False
        self._wake = asyncio.Event()
        self._snapshot_turn, self._snapshot_begun = asyncio.Lock(), 0.0
        self.database.on_commit = self._committed

    async def start(self) -> None:
        """Start the background tasks. A broker or a database that is away is waited for, and /readyz says so."""
        self._spawn(self._connect_broker())
        self._spawn(retention.run(self.database, self.settings.outbox_horizon))
        if self._is_producer:
            self._spawn(self._notify())
        if self._has_timers:
            self._spawn(self.timers.run())
        for work in self._background:
            self._spawn(work(self.database))

    async def stop(self) -> None:
        pending = set(self._tasks)
        while pending:  # Python 3.11's wait_for may swallow a cancellation (bpo-37658), also inside nats-py
            for task in pending:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=0.5)
        if self.broker is not None:
            with suppress(NatsError, TimeoutError, OSError):
                await self.broker.close()
        await self.database.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=getattr(work, "__qualname__", None))
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A background task that breaks for good makes the process not ready, rather than silently half alive."""
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a background task ended", task=task.get_name(), exc_info=error)
            self._broken = True

    async def _connect_broker(self) -> None:
        while self.broker is None:
            try:
                async with asyncio.timeout(10):
                    self.broker = await broker.connect(self.settings, self.name)
            except (TimeoutError, OSError, NatsError) as error:
                log.warning("the broker is not there yet", error=repr(error))
                await asyncio.sleep(0.5)
        if self._is_producer:
            self.relay = Relay(self.name, self.settings, self.broker)
            self._spawn(self.relay.run())
            await self.broker.subscribe(broker.snapshot_subject(self.name), queue=self.name, cb=self._answer_snapshot)
        for producer in sorted(self.producers):
            consumer = Consumer(self.name, producer, self.settings, self.broker, self.database, self.handlers)
            self._spawn(consumer.run())

    async def _answer_snapshot(self, request: Msg) -> None:
        """A consumer asks for our state events; it asks again where this fails."""
        asked = asyncio.get_running_loop().time()
        try:
            async with self._snapshot_turn:
                count = 0
                if self._snapshot_begun < asked:  # else one was made since this was asked: it serves
                    self._snapshot_begun = asyncio.get_running_loop().time()
                    count = await snapshots.republish(self.database)
        except Exception as error:  # noqa: BLE001 - the consumer repeats its request; it is logged
            log.warning("snapshot failed", error=repr(error))
            return
        log.info("snapshot", events=count, asked_by=request.data.decode(errors="replace"))
        await request.respond(b"ok")

    def _committed(self) -> None:
        if self.relay is not None and self.relay.leading:
            self.relay.wakeup.set()
        else:
            self._wake.set()

    async def _notify(self) -> None:
        """Wake the relay in another process, after the commit and coalesced: NOTIFY inside the transaction serialises commits."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            with suppress(Exception):  # the relay polls as well
                async with self.database.engine.connect() as connection:
                    await connection.execute(text(f"NOTIFY {WAKE_CHANNEL}"))
                    await connection.commit()

    async def checks(self) -> dict[str, str]:
        """Each dependency by name, `ok` or what is wrong with it."""
        found = {"database": "ok", "broker": "ok", **({"background": "a task ended"} if self._broken else {})}
        try:
            async with asyncio.timeout(2), self.database.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except Exception as error:  # noqa: BLE001 - any failure means not ready; only its kind is told
            found["database"] = f"unavailable ({type(error).__name__})"
        if self.broker is None or not self.broker.is_connected:
            found["broker"] = "unavailable"
        return found
