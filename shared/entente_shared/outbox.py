"""Publishing an event: a row in the outbox, in the transaction of the change that it tells of.

Rows are written once, at the end of the transaction. Each takes its aggregate's next version under that aggregate's row
lock, and its position after the version: so positions and versions of one aggregate rise together, whoever writes.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from . import telemetry
from .errors import N_, TooLarge
from .events import Event
from .ids import new_id
from .plumbing import aggregate_version, outbox

SHARED = "shared"
MAX_EVENT_BYTES = 900_000  # the broker takes 1 MiB with the headers; a larger event would stop all that follow it


@dataclass(frozen=True)
class Received:
    """The envelope of an event that is being handled."""

    event_id: UUID
    type: str
    producer: str
    partnership_id: UUID | None
    aggregate: str
    aggregate_id: UUID
    version: int
    audience: str
    correlation_id: UUID
    causation_id: UUID | None
    occurred_at: str
    snapshot_of: UUID | None
    traceparent: str | None

    @property
    def snapshot(self) -> bool:
        return self.snapshot_of is not None


handling: ContextVar[Received | None] = ContextVar("handling", default=None)


def parties(*organisation_ids: UUID) -> str:
    """The audience of an event that only these organisations may see."""
    return "parties:" + ",".join(sorted(str(organisation_id) for organisation_id in organisation_ids))


def publish(
    session: AsyncSession,
    event: Event,
    *,
    audience: str = SHARED,
    correlation_id: UUID | None = None,
    causation_id: UUID | None = None,
    starts_saga: bool = False,
) -> UUID:
    """Have `event` published when this transaction commits, and return its id.

    Correlation and causation are those of the event being handled, unless given: a person's act on a record of a saga
    passes those that the record keeps. `starts_saga` makes the event its own correlation. Raises TooLarge.
    """
    event_id = new_id()
    cause = handling.get()
    contract = event.contract
    data = event.model_dump_json()
    if len(data.encode()) > MAX_EVENT_BYTES:
        raise TooLarge(N_("What this would announce is larger than an event may be; divide it into smaller parts."))
    row = {
        "event_id": event_id,
        "type": contract.type,
        "kind": contract.kind.value,
        "subject": contract.subject(event.tenant),
        "partnership_id": event.tenant,
        "aggregate": contract.aggregate,
        "aggregate_id": event.aggregate_id,
        "audience": audience,
        "correlation_id": event_id if starts_saga else correlation_id or (cause.correlation_id if cause else event_id),
        "causation_id": causation_id or (cause.event_id if cause else None),
        "traceparent": telemetry.traceparent(),
        "data": data,
    }
    session.info.setdefault("events", []).append(row)
    return event_id


async def write_pending(session: AsyncSession) -> int:
    """Write what `publish` collected and return how many. Aggregates are locked in one order, so that writers cannot deadlock."""
    rows: list[dict[str, Any]] = session.info.pop("events", [])
    if not rows:
        return 0
    await session.flush()
    counts: dict[tuple[str, UUID], int] = {}
    for row in rows:
        key = (row["aggregate"], row["aggregate_id"])
        counts[key] = counts.get(key, 0) + 1
    latest = await _advance(session, counts)
    for row in reversed(rows):
        key = (row["aggregate"], row["aggregate_id"])
        row["aggregate_version"] = latest[key]
        latest[key] -= 1
    await session.execute(insert(outbox), rows)
    session.info["last_event"] = rows[-1]["event_id"]
    return len(rows)


async def _advance(session: AsyncSession, counts: dict[tuple[str, UUID], int]) -> dict[tuple[str, UUID], int]:
    """Lock the aggregates and raise their versions by the given counts; returns the new versions."""
    ordered = sorted(counts.items(), key=lambda item: (item[0][0], item[0][1].bytes))
    statement = upsert(aggregate_version).values(
        [{"aggregate": name, "aggregate_id": key, "version": count} for (name, key), count in ordered]
    )
    result = await session.execute(
        statement.on_conflict_do_update(
            index_elements=["aggregate", "aggregate_id"],
            set_={"version": aggregate_version.c.version + statement.excluded.version},
        ).returning(aggregate_version.c.aggregate, aggregate_version.c.aggregate_id, aggregate_version.c.version)
    )
    return {(name, key): version for name, key, version in result}
