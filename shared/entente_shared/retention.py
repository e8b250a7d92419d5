"""What the plumbing forgets after the horizon, so that its tables stay small."""

import asyncio

import structlog
from sqlalchemy import text

from .db import Database

log = structlog.get_logger(__name__)

_PERIOD = 600.0
_STATEMENTS = (
    # The latest state event of an aggregate stays for ever: snapshots are made of it.
    """DELETE FROM outbox WHERE published_at < now() - make_interval(secs => :horizon) AND (kind = 'effect' OR snapshot_of IS NOT NULL
        OR EXISTS (SELECT 1 FROM outbox newer WHERE newer.kind = 'state' AND newer.snapshot_of IS NULL AND newer.type = outbox.type
                    AND newer.aggregate_id = outbox.aggregate_id AND newer.aggregate_version > outbox.aggregate_version))""",
    # Inbox ids outlive the outbox and the stream, so that nothing republished has its effect twice.
    "DELETE FROM inbox WHERE handled_at < now() - make_interval(secs => 3 * :horizon)",
    "DELETE FROM idempotency_key WHERE created_at < now() - interval '1 day'",
)


async def forget(database: Database, horizon: float) -> None:
    """One pass over the plumbing's tables. `horizon` is in seconds."""
    for statement in _STATEMENTS:
        async with database.transaction() as session:
            await session.execute(text(statement), {"horizon": horizon} if ":horizon" in statement else {})


async def run(database: Database, horizon: float) -> None:
    while True:
        try:
            await forget(database, horizon)
        except Exception as error:  # noqa: BLE001 - tidying waits for the next period; it is logged
            log.warning("tidying failed", error=repr(error))
        await asyncio.sleep(_PERIOD)
