"""The relay: publishes the outbox in order, exactly the rows that are committed, and marks them when the broker has them.

Order and fencing: every publish names the stream sequence that must precede it (`Nats-Expected-Last-Sequence`), so within
a window nothing is stored behind a message that failed, and a leader that lost its lock while frozen cannot insert
anything between its successor's events. `Nats-Msg-Id` makes a repeated publish harmless.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog
from nats.aio.client import Client
from nats.js.client import JetStreamContext

from .broker import ensure_stream
from .leader import Leader, Lease
from .publisher import Ack, Message, Outcome, Publisher, RefusedError
from .settings import ServiceSettings
from .telemetry import PUBLISHED, UNPUBLISHED

log = structlog.get_logger(__name__)

WAKE_CHANNEL = "entente_outbox"
_PENDING = "SELECT * FROM outbox WHERE published_at IS NULL ORDER BY position LIMIT $1"
_MARK = """UPDATE outbox SET published_at = now(), stream_sequence = sent.sequence
  FROM unnest($1::bigint[], $2::bigint[]) AS sent(position, sequence) WHERE outbox.position = sent.position"""
_FORGET = """UPDATE outbox SET published_at = NULL, stream_sequence = NULL WHERE position IN (
    SELECT position FROM outbox
     WHERE stream_sequence > $1::bigint AND occurred_at > now() - make_interval(secs => $2::float8) LIMIT 5000)"""
_TAKE_UP = """INSERT INTO relay_state (stream, stream_created) VALUES ($1, $2)
  ON CONFLICT (stream) DO UPDATE SET stream_created = excluded.stream_created"""
_ACK_TIMEOUT = 5.0


@dataclass
class Window:
    """How many publishes may be unacknowledged: halves to one after a failure, doubles after a success."""

    limit: int
    size: int

    def grow(self) -> None:
        self.size = min(self.limit, self.size * 2)

    def shrink(self) -> None:
        self.size = 1


class Relay:
    def __init__(self, service: str, settings: ServiceSettings, broker: Client) -> None:
        self._service, self._settings = service, settings
        self._js: JetStreamContext = broker.jetstream(timeout=_ACK_TIMEOUT)
        self._publisher = Publisher(broker)
        self._leader = Leader(settings.dsn, service, "relay", settings.leader_timeout)
        self._window = Window(settings.relay_window, settings.relay_window)
        self._last_sequence = 0
        self.wakeup = asyncio.Event()
        self.leading = False

    async def run(self) -> None:
        await self._leader.run(self._lead)

    async def _lead(self, lease: Lease) -> None:
        await lease.listen(WAKE_CHANNEL, self.wakeup.set)
        self.leading = True
        try:
            await self._reconcile(lease)
            while True:
                self.wakeup.clear()
                if await self._publish_window(lease):
                    continue
                try:
                    async with asyncio.timeout(self._settings.relay_poll):
                        await self.wakeup.wait()
                except TimeoutError:
                    await self._reconcile(lease)
        finally:
            self.leading = False

    async def _reconcile(self, lease: Lease) -> None:
        """Take up the broker's present state: rows that its stream does not hold are published again.

        A stream with another creation time is a new one (the broker lost its disk); a last sequence below what was
        acknowledged means that it lost the end of it.
        """
        info = await ensure_stream(self._js, self._service, self._settings.outbox_horizon)
        created, self._last_sequence = str(info.created), info.state.last_seq
        known = await lease.fetchval("SELECT stream_created FROM relay_state WHERE stream = $1", self._service)
        if known != created:
            await self._forget(lease, created, 0)
        elif await lease.fetchval("SELECT 1 FROM outbox WHERE stream_sequence > $1 LIMIT 1", self._last_sequence):
            await self._forget(lease, created, self._last_sequence)
        UNPUBLISHED.labels(self._service).set(
            await lease.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL")
        )

    async def _forget(self, lease: Lease, created: str, after: int) -> None:
        while await lease.execute(_FORGET, after, self._settings.outbox_horizon) != "UPDATE 0":
            continue  # in parts, so that a large outbox outlasts no statement's time-out
        await lease.execute(_TAKE_UP, self._service, created)
        log.info("stream taken up", created=created, after=after)

    async def _publish_window(self, lease: Lease) -> int:
        """Publish the oldest unpublished rows. Returns how many were tried."""
        rows = await lease.fetch(_PENDING, self._window.size)
        if not rows:
            return 0
        outcomes = await self._publish(rows)
        stored = [
            (row["position"], ack.sequence) for row, ack in zip(rows, outcomes, strict=True) if isinstance(ack, Ack)
        ]
        if stored:
            await lease.execute(_MARK, *zip(*stored, strict=True))
            PUBLISHED.labels(self._service).inc(len(stored))
        if len(stored) == len(rows) and not any(ack.duplicate for ack in outcomes if isinstance(ack, Ack)):
            self._last_sequence = stored[-1][1]
            self._window.grow()
        else:
            self._window.shrink()
            await self._after_failure(lease, outcomes)
        return len(rows)

    async def _publish(self, rows: list[Any]) -> list[Outcome]:
        messages = []
        for offset, row in enumerate(rows):
            headers = message_headers(row, self._service)
            headers["Nats-Expected-Last-Sequence"] = str(self._last_sequence + offset)
            messages.append(Message(row["subject"], row["data"].encode(), headers))
        return await self._publisher.publish(messages, _ACK_TIMEOUT)

    async def _after_failure(self, lease: Lease, outcomes: list[Outcome]) -> None:
        errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        if len(errors) == len(outcomes):
            log.warning("publishing failed", error=repr(errors[0]))
            await asyncio.sleep(0.05 if isinstance(errors[0], RefusedError) else 0.5)
        await self._reconcile(lease)


def message_headers(row: Any, producer: str) -> dict[str, str]:
    """CloudEvents 1.0 in binary mode; `Nats-Msg-Id` is the event's id."""
    headers = {
        "Nats-Msg-Id": str(row["event_id"]),
        "ce-specversion": "1.0",
        "ce-id": str(row["event_id"]),
        "ce-source": f"/services/{producer}",
        "ce-type": row["type"],
        "ce-subject": f"{row['aggregate']}/{row['aggregate_id']}",
        "ce-time": row["occurred_at"].isoformat(),
        "ce-aggregateversion": str(row["aggregate_version"]),
        "ce-correlationid": str(row["correlation_id"]),
        "ce-audience": row["audience"],
        "content-type": "application/json",
    }
    for name, value in (
        ("ce-partnershipid", row["partnership_id"]),
        ("ce-causationid", row["causation_id"]),
        ("ce-snapshotof", row["snapshot_of"]),
        ("traceparent", row["traceparent"]),
    ):
        if value is not None:
            headers[name] = str(value)
    return headers
