"""Snapshots: the latest state event of every aggregate, published again for a consumer that is new or was emptied.

The outbox itself is the source: retention never drops the latest state event of an aggregate. A snapshot carries the
version of the event that it repeats, so that a projection which is newer passes it over.
"""

from sqlalchemy import text

from .db import Database

_REPEAT = text("""
INSERT INTO outbox (event_id, type, kind, subject, partnership_id, aggregate, aggregate_id, aggregate_version, audience,
                    correlation_id, causation_id, snapshot_of, data)
SELECT uuidv7(), type, kind, subject, partnership_id, aggregate, aggregate_id, aggregate_version, audience,
       correlation_id, causation_id, event_id, data
  FROM (SELECT DISTINCT ON (type, aggregate_id) * FROM outbox WHERE kind = 'state' AND snapshot_of IS NULL
         ORDER BY type, aggregate_id, aggregate_version DESC) AS latest
 ORDER BY position
RETURNING position
""")


async def republish(database: Database) -> int:
    """Write a snapshot of all aggregates to the outbox; returns how many events it has."""
    async with database.transaction() as session:
        count = len((await session.execute(_REPEAT)).all())
    if count:
        database.on_commit()
    return count
