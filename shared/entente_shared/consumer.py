"""The consumer of one producer's events: each is handled once, in the order of its aggregate.

Events are handled in the broker's order, a batch in one transaction with their inbox rows and the new position, and
acknowledged after the commit. Where a batch fails, its events are handled one by one; one that fails is parked in the
database, retried with backoff, and after some attempts left to a person as a dead letter. Later events of its aggregate
are parked behind it, other aggregates go on.
"""

import asyncio
from collections.abc import Sequence
from itertools import groupby

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from . import delivery, parking, telemetry
from .broker import snapshot_subject, stream_name
from .db import Database, set_tenant
from .db.outages import is_outage
from .handling import Handlers
from .leader import Leader, Lease
from .outbox import Received, handling
from .plumbing import consumer_position
from .pull import Pull
from .settings import ServiceSettings

log = structlog.get_logger(__name__)

_IDLE = 1.0
_RETRYING = 0.05  # seconds at a time: however many events wait for another, what arrives goes on


class Consumer:
    def __init__(
        self,
        service: str,
        producer: str,
        settings: ServiceSettings,
        broker: Client,
        database: Database,
        handlers: Handlers,
    ) -> None:
        self._service, self._producer = service, producer
        self._settings, self._broker, self._database, self._handlers = settings, broker, database, handlers
        self._leader = Leader(settings.dsn, service, f"consumer {producer}", settings.leader_timeout)
        self._parking = parking.Parking(service, producer, settings)
        self._retry_at = 0.0

    async def run(self) -> None:
        await self._leader.run(self._lead)

    async def _lead(self, _lease: Lease) -> None:
        self._parking.forget()
        await delivery.bind(self._broker, self._database, self._service, self._producer)
        stream, delivered = stream_name(self._producer), 0
        async with Pull(self._broker, stream, self._service, self._settings.delivery_batch) as pull:
            while True:
                if (now := asyncio.get_running_loop().time()) >= self._retry_at:
                    self._retry_at = now + min(_IDLE, await self._retry_parked())
                messages = await pull.next(max(0.01, self._retry_at - now))
                if messages:
                    delivery.check_gapless(messages, delivered)
                    delivered += len(messages)
                    await self._handle_batch(messages)
                    # Nobody waits for the answer: an acknowledgement that is lost costs a redelivery, as the inbox knows.
                    await messages[-1].ack()
                    telemetry.HANDLED.labels(self._service, self._producer).inc(len(messages))
                else:
                    await self._at_rest()

    async def _at_rest(self) -> None:
        """Nothing came: see that the broker and the database still are what they were, and measure the lag."""
        position = await delivery.position(self._database, self._producer)
        if position is None:
            raise delivery.EmptiedDatabaseError
        if not position.snapshot_received:
            await self._ask_for_snapshot()
        await delivery.check(self._broker, self._service, self._producer, position)

    async def _ask_for_snapshot(self) -> None:
        try:
            await self._broker.request(snapshot_subject(self._producer), self._service.encode(), timeout=20)
        except NatsError:
            return  # the producer is not there yet: asked again at the next rest
        async with self._database.transaction() as session:
            await session.execute(
                update(consumer_position)
                .where(consumer_position.c.producer == self._producer)
                .values(snapshot_received=True)
            )

    async def _handle_batch(self, messages: Sequence[Msg]) -> None:
        envelopes = [delivery.envelope(message, self._producer) for message in messages]
        try:
            async with self._database.transaction(tenant=envelopes[0].partnership_id) as session:
                await self._handle_in(session, list(zip(envelopes, messages, strict=True)))
        except (delivery.EmptiedDatabaseError, asyncio.CancelledError):
            raise
        except Exception as error:
            if is_outage(error):
                raise
            log.info("a batch failed and is handled one by one", producer=self._producer, error=type(error).__name__)
            for envelope, message in zip(envelopes, messages, strict=True):
                await self._handle_one(envelope, message)

    async def _handle_one(self, envelope: Received, message: Msg) -> None:
        try:
            async with self._database.transaction(tenant=envelope.partnership_id) as session:
                await self._handle_in(session, [(envelope, message)])
        except (delivery.EmptiedDatabaseError, asyncio.CancelledError):
            raise
        except Exception as error:
            if is_outage(error):
                raise
            self._retry_at = 0.0
            log.warning("event parked", event_id=str(envelope.event_id), type=envelope.type, error=type(error).__name__)
            async with self._database.transaction() as session:
                if await delivery.claim(session, self._producer, delivery.sequence(message), [envelope.event_id]):
                    await self._parking.park(session, envelope, message, error)

    async def _handle_in(self, session: AsyncSession, batch: list[tuple[Received, Msg]]) -> None:
        event_ids = [envelope.event_id for envelope, _ in batch]
        fresh = await delivery.claim(session, self._producer, delivery.sequence(batch[-1][1]), event_ids)
        if len(fresh) < len(event_ids):
            self._parking.forget()  # another process has handled some, and may have parked them
        blocked = await self._parking.blocked(session)
        free: list[tuple[Received, str]] = []
        for envelope, message in batch:
            if envelope.event_id not in fresh:
                continue
            fresh.discard(envelope.event_id)
            if (envelope.aggregate, envelope.aggregate_id) in blocked:
                await self._parking.park(session, envelope, message, None)
            else:
                free.append((envelope, message.data.decode()))
        await self._handle(session, free)

    async def _handle(self, session: AsyncSession, events: Sequence[tuple[Received, str]]) -> None:
        for partnership_id, some in groupby(events, lambda event: event[0].partnership_id):
            if session.info.get("tenant") != partnership_id:
                await set_tenant(session, partnership_id)
            together = list(some)
            await self._handlers.handle_every(session, together)
            for envelope, data in together:
                await self._handle_event(session, envelope, data)

    async def _handle_event(self, session: AsyncSession, envelope: Received, data: str) -> None:
        token = handling.set(envelope)
        try:
            with telemetry.continued(f"handle {envelope.type}", envelope.traceparent):
                await self._handlers.handle(session, envelope, data)
                await session.flush()
        finally:
            handling.reset(token)

    async def _retry_parked(self) -> float:
        """Handle parked events that are due, for a moment. Returns the seconds until the next is, at most."""
        loop = asyncio.get_running_loop()
        enough = loop.time() + _RETRYING
        while loop.time() < enough:
            async with self._database.transaction() as session:
                head = await self._parking.next_due(session)
                if head is None:
                    return await self._parking.seconds_to_next(session)
                envelope = delivery.envelope_of(head.headers, self._producer)
            try:
                async with self._database.transaction() as session:
                    if await self._parking.release(session, envelope.event_id):
                        await self._handle(session, [(envelope, head.data)])
            except asyncio.CancelledError:
                raise
            except Exception as error:
                if is_outage(error):
                    raise
                log.warning(
                    "retry failed", event_id=str(envelope.event_id), type=envelope.type, error=type(error).__name__
                )
                async with self._database.transaction() as session:
                    await self._parking.postpone(session, envelope.event_id, error)
        return 0.0
