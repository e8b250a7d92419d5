"""Publishing an event: a row in the outbox, in the transaction of the change that it tells of.

Rows are written once, at the end of the transaction. Each takes its aggregate's next version under that aggregate's row
lock, and its position after the version: so positions and versions of one aggregate rise together, whoever writes.
"""

from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from . import telemetry
from .errors import N_, TooLarge
from .events import Event
from .ids import new_id

SHARED = "shared"
_COLUMNS = {
    "event_id": "uuid", "type": "text", "kind": "text", "subject": "text", "partnership_id": "uuid", "aggregate": "text",
    "aggregate_id": "uuid", "audience": "text", "correlation_id": "uuid", "causation_id": "uuid", "traceparent": "text",
    "data": "text",
}  # fmt: skip
# Aggregates are locked in one order, so that writers cannot deadlock. `later` is how many of an aggregate's events come after
# a row. Positions are given to the sorted rows, when the locks are held.
_WRITE = text(f"""
WITH given AS MATERIALIZED (
  SELECT * FROM unnest({", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in _COLUMNS.items())}, CAST(:later AS bigint[]))
    WITH ORDINALITY AS given ({", ".join(_COLUMNS)}, later, place)),
advanced AS (
  INSERT INTO aggregate_version (aggregate, aggregate_id, version)
  SELECT aggregate, aggregate_id, count(*) FROM given GROUP BY aggregate, aggregate_id ORDER BY aggregate, aggregate_id
  ON CONFLICT (aggregate, aggregate_id) DO UPDATE SET version = aggregate_version.version + excluded.version
  RETURNING aggregate, aggregate_id, version AS latest)
INSERT INTO outbox ({", ".join(_COLUMNS)}, aggregate_version)
SELECT {", ".join(_COLUMNS)}, latest - later FROM given JOIN advanced USING (aggregate, aggregate_id) ORDER BY place
""")  # noqa: S608 - made of constants
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
    """Write what `publish` collected and return how many."""
    rows: list[dict[str, Any]] = session.info.pop("events", [])
    if not rows:
        return 0
    await session.flush()
    later: Counter[tuple[str, UUID]] = Counter()
    for row in reversed(rows):
        key = (row["aggregate"], row["aggregate_id"])
        row["later"] = later[key]
        later[key] += 1
    await session.execute(_WRITE, {name: [row[name] for row in rows] for name in (*_COLUMNS, "later")})
    session.info["last_event"] = rows[-1]["event_id"]
    return len(rows)
