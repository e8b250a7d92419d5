"""Envelopes, and the durable of a consumer: re-created from the position that the consumer's database holds."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, ConsumerInfo, DeliverPolicy, StreamInfo
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from .broker import stream_name
from .db import Database
from .outbox import Received
from .plumbing import consumer_position
from .pull import ConsumerGoneError
from .telemetry import LAG

_ACK_WAIT = 30.0
# The position's row is locked first. One row at least where there is a position: an empty one where nothing was claimed.
_CLAIM = text("""
WITH moved AS (UPDATE consumer_position SET sequence = :sequence WHERE producer = :producer RETURNING producer),
claimed AS (
  INSERT INTO inbox (producer, event_id) SELECT producer, unnest(CAST(:event_ids AS uuid[])) FROM moved
  ON CONFLICT DO NOTHING RETURNING event_id)
SELECT event_id FROM moved LEFT JOIN claimed ON true
""")


class EmptiedDatabaseError(Exception):
    """The consumer's position is gone: its database was emptied, and it must be built again."""


@dataclass(frozen=True)
class Position:
    stream_created: str
    sequence: int
    snapshot_received: bool


def envelope(message: Msg, producer: str) -> Received:
    return envelope_of(message.headers or {}, producer)


def envelope_of(headers: Mapping[str, Any], producer: str) -> Received:
    aggregate, _, aggregate_id = headers["ce-subject"].partition("/")
    return Received(
        event_id=UUID(headers["ce-id"]),
        type=headers["ce-type"],
        producer=producer,
        partnership_id=_uuid(headers.get("ce-partnershipid")),
        aggregate=aggregate,
        aggregate_id=UUID(aggregate_id),
        version=int(headers["ce-aggregateversion"]),
        audience=headers["ce-audience"],
        correlation_id=UUID(headers["ce-correlationid"]),
        causation_id=_uuid(headers.get("ce-causationid")),
        occurred_at=headers["ce-time"],
        snapshot_of=_uuid(headers.get("ce-snapshotof")),
        traceparent=headers.get("traceparent"),
    )


def _uuid(value: str | None) -> UUID | None:
    return UUID(value) if value else None


def sequence(message: Msg) -> int:
    return int(message.metadata.sequence.stream)


def delivery_number(message: Msg) -> int:
    """How many messages the durable had delivered with this one; 1 for the first since it was made."""
    return int(message.metadata.sequence.consumer)


def check_gapless(messages: Sequence[Msg], delivered: int) -> None:
    """Raises ConsumerGoneError where a delivery is missing: it went to a connection that is gone, and must come again."""
    for number, message in enumerate(messages, delivered + 1):
        if delivery_number(message) != number:
            raise ConsumerGoneError("a delivery went astray")


async def claim(session: AsyncSession, producer: str, up_to: int, event_ids: Sequence[UUID]) -> set[UUID]:
    """Move the position to `up_to` and record events as handled; returns those that were not yet."""
    values = {"producer": producer, "sequence": up_to, "event_ids": event_ids}
    claimed = (await session.scalars(_CLAIM, values)).all()
    if not claimed:
        raise EmptiedDatabaseError
    return {event_id for event_id in claimed if event_id is not None}


async def position(database: Database, producer: str) -> Position | None:
    async with database.transaction() as session:
        row = (await session.execute(select(consumer_position).where(consumer_position.c.producer == producer))).first()
    return Position(row.stream_created, row.sequence, row.snapshot_received) if row else None


async def bind(broker: Client, database: Database, service: str, producer: str) -> None:
    """Make the durable anew, so that it begins right after what the database has handled.

    One that is left over may have messages in flight to a reader that is gone: an acknowledgement of later ones would
    cover them. A new stream (the broker lost its disk) is read from its start, and so is any stream by a database without
    a position.
    """
    js = broker.jetstream(timeout=5)
    stream = await _stream(js, producer)
    created = str(stream.created)
    known = await position(database, producer)
    received = known is not None and known.snapshot_received
    start = min(known.sequence, stream.state.last_seq) if known is not None and known.stream_created == created else 0
    if await _durable(js, service, producer) is not None:
        await js.delete_consumer(stream_name(producer), service)
    await js.add_consumer(stream_name(producer), _configuration(service, start))
    async with database.transaction() as session:
        row = {"producer": producer, "stream_created": created, "sequence": start, "snapshot_received": received}
        await session.execute(
            insert(consumer_position).values(row).on_conflict_do_update(index_elements=["producer"], set_=row)
        )


async def check(broker: Client, service: str, producer: str, known: Position) -> None:
    """Raise ConsumerGoneError where the durable or the stream is no longer the one that the position speaks of."""
    js = broker.jetstream(timeout=5)
    info = await _durable(js, service, producer)
    if info is None:
        raise ConsumerGoneError("the durable is gone")
    stream = await js.stream_info(stream_name(producer))
    if str(stream.created) != known.stream_created or stream.state.last_seq < known.sequence:
        raise ConsumerGoneError("the stream is another one")
    LAG.labels(service, producer).set(info.num_pending or 0)


async def _stream(js: JetStreamContext, producer: str) -> StreamInfo:
    """The producer's stream, waited for where the producer has not made it yet."""
    while True:
        try:
            return await js.stream_info(stream_name(producer))
        except NotFoundError:
            await asyncio.sleep(0.2)


async def _durable(js: JetStreamContext, service: str, producer: str) -> ConsumerInfo | None:
    try:
        info: ConsumerInfo = await js.consumer_info(stream_name(producer), service)
    except NotFoundError:
        return None
    return info


def _configuration(service: str, start: int) -> ConsumerConfig:
    return ConsumerConfig(
        durable_name=service,
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=start + 1,
        ack_policy=AckPolicy.ALL,
        ack_wait=_ACK_WAIT,
        max_ack_pending=-1,
        max_deliver=-1,
    )
