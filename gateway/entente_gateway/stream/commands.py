"""Writing the log."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.handling import Texts

# Four consumers write at once. The lock is held until the commit, so that positions become visible in their order: a
# reader that has seen one never misses an earlier one. The row, and its position with it, is made when the turn has come.
# No conflict target and no RETURNING: either would ask the policy for reading, under which a narrow audience hides
# the new row.
_INSERT = text("""
WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtext('entente event_log')))
INSERT INTO event_log (event_id, partnership_id, audience, type, producer, aggregate, aggregate_id, aggregate_version,
                       correlation_id, causation_id, occurred_at, data)
SELECT event_id, CAST(:partnership_id AS uuid), audience, type, producer, aggregate, aggregate_id, version,
       correlation_id, causation_id, occurred_at, CAST(data AS jsonb)
  FROM turn, unnest(CAST(:event_id AS uuid[]), CAST(:audience AS text[]), CAST(:type AS text[]), CAST(:producer AS text[]),
                    CAST(:aggregate AS text[]), CAST(:aggregate_id AS uuid[]), CAST(:version AS bigint[]),
                    CAST(:correlation_id AS uuid[]), CAST(:causation_id AS uuid[]), CAST(:occurred_at AS timestamptz[]),
                    CAST(:data AS text[])) WITH ORDINALITY
         AS given (event_id, audience, type, producer, aggregate, aggregate_id, version, correlation_id, causation_id,
                   occurred_at, data, place)
 ORDER BY place
ON CONFLICT DO NOTHING
""")


async def log_events(session: AsyncSession, together: Texts) -> None:
    """Add events of one partnership, each once. Those who listen are notified by the table's trigger when this
    transaction commits.
    """
    columns = {
        "event_id": [event.snapshot_of or event.event_id for event, _ in together],
        "audience": [event.audience for event, _ in together],
        "type": [event.type for event, _ in together],
        "producer": [event.producer for event, _ in together],
        "aggregate": [event.aggregate for event, _ in together],
        "aggregate_id": [event.aggregate_id for event, _ in together],
        "version": [event.version for event, _ in together],
        "correlation_id": [event.correlation_id for event, _ in together],
        "causation_id": [event.causation_id for event, _ in together],
        "occurred_at": [datetime.fromisoformat(event.occurred_at) for event, _ in together],
        "data": [data for _, data in together],
    }
    await session.execute(_INSERT, {"partnership_id": together[0][0].partnership_id, **columns})
