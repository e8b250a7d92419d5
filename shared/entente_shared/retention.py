"""What the plumbing forgets after the horizon, so that its tables stay small."""

import asyncio

import structlog
from sqlalchemy import text

from .db import Database

log = structlog.get_logger(__name__)

_PERIOD = 600.0
_BATCH = 5000
_STATEMENTS = (
    # The latest state event of an aggregate stays for ever: snapshots are made of it.
    """DELETE FROM outbox WHERE position IN (SELECT position FROM outbox old
        WHERE published_at < now() - make_interval(secs => :horizon) AND (kind = 'effect' OR snapshot_of IS NOT NULL OR EXISTS
          (SELECT 1 FROM outbox newer WHERE newer.kind = 'state' AND newer.snapshot_of IS NULL AND newer.type = old.type
              AND newer.aggregate_id = old.aggregate_id AND newer.aggregate_version > old.aggregate_version)) LIMIT :batch)""",
    # Inbox ids outlive the outbox and the stream, so that nothing republished has its effect twice.
    """DELETE FROM inbox WHERE (producer, event_id) IN (SELECT producer, event_id FROM inbox
        WHERE handled_at < now() - make_interval(secs => 3 * :horizon) LIMIT :batch)""",
    """DELETE FROM idempotency_key WHERE (principal, key) IN (SELECT principal, key FROM idempotency_key
        WHERE created_at < now() - make_interval(days => 1, secs => 0 * :horizon) LIMIT :batch)""",
)


async def forget(database: Database, horizon: float) -> None:
    """One pass over the plumbing's tables, in small transactions. `horizon` is in seconds."""
    for statement in _STATEMENTS:
        deleted = _BATCH
        while deleted == _BATCH:
            async with database.transaction() as session:
                connection = await session.connection()
                deleted = (await connection.execute(text(statement), {"horizon": horizon, "batch": _BATCH})).rowcount


async def run(database: Database, horizon: float) -> None:
    while True:
        try:
            await forget(database, horizon)
        except Exception as error:  # noqa: BLE001 - tidying waits for the next period; it is logged
            log.warning("tidying failed", error=repr(error))
        await asyncio.sleep(_PERIOD)
