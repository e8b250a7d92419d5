"""Writing the log."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.outbox import Received

# Four consumers write at once. The lock is held until the commit, so that positions become visible in their order: a
# reader that has seen one never misses an earlier one. The row, and its position with it, is made when the turn has come.
# No conflict target and no RETURNING: either would ask the policy for reading, under which a narrow audience hides
# the new row.
_INSERT = text("""
WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtext('entente event_log')))
INSERT INTO event_log (event_id, partnership_id, audience, type, producer, aggregate, aggregate_id, aggregate_version,
                       correlation_id, causation_id, occurred_at, data)
SELECT CAST(:event_id AS uuid), CAST(:partnership_id AS uuid), :audience, :type, :producer, :aggregate,
       CAST(:aggregate_id AS uuid), CAST(:version AS bigint), CAST(:correlation_id AS uuid), CAST(:causation_id AS uuid),
       CAST(:occurred_at AS timestamptz), CAST(:data AS jsonb) FROM turn
ON CONFLICT DO NOTHING
""")


async def log_event(session: AsyncSession, received: Received, data: str) -> None:
    """Add an event, once. Those who listen are notified by the table's trigger when this transaction commits."""
    await session.execute(
        _INSERT,
        {
            "event_id": received.snapshot_of or received.event_id,
            "partnership_id": received.partnership_id,
            "audience": received.audience,
            "type": received.type,
            "producer": received.producer,
            "aggregate": received.aggregate,
            "aggregate_id": received.aggregate_id,
            "version": received.version,
            "correlation_id": received.correlation_id,
            "causation_id": received.causation_id,
            "occurred_at": datetime.fromisoformat(received.occurred_at),
            "data": data,
        },
    )
