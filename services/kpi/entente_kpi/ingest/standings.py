"""Where the KPIs stand that samples arrive for, under the lock of their tracks."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ..evaluation.domain import State
from ..evaluation.plans import Plans
from ..evaluation.quiet import Standing
from ..progress.domain import Announced

_PLANS = Plans()

_LOCK = "FOR UPDATE"
# In one order, so that writers cannot deadlock.
_TRACKS = """
SELECT kpi_id, state, since, until, latest_at, silent, silence_armed, progress_armed, progress_published_at,
       clock_timestamp() AS read_at, entente_now(:partnership_id) AS present, plan_version, contests, kept_from_us,
       EXISTS (SELECT 1 FROM verification AS waiting WHERE waiting.partnership_id = :partnership_id
                  AND waiting.kpi_id = track.kpi_id AND waiting.outcome = 'waiting') AS watched
  FROM track WHERE partnership_id = :partnership_id AND kpi_id = ANY(CAST(:kpis AS uuid[])) ORDER BY kpi_id
"""


async def standing_of(
    session: AsyncSession, partnership_id: UUID, kpi_ids: Sequence[UUID], *, lock: bool
) -> dict[UUID, Standing]:
    """Where known KPIs stand, their tracks locked until the transaction ends, or just read."""
    statement = text(_TRACKS + _LOCK if lock else _TRACKS)
    rows = (await session.execute(statement, {"partnership_id": partnership_id, "kpis": list(kpi_ids)})).all()
    plans = await _PLANS.of(session, partnership_id, {row.kpi_id: row.plan_version for row in rows})
    return {
        row.kpi_id: Standing(
            state=State(row.state),
            since=row.since,
            until=row.until,
            latest_at=row.latest_at,
            silent=row.silent,
            silence_armed=row.silence_armed,
            watched=row.watched,
            contested=row.contests > 0,
            kept_from=row.kept_from_us,
            now=row.present,
            progress=Announced(row.progress_armed, row.progress_published_at, row.read_at),
            plan=plans[row.kpi_id],
        )
        for row in rows
    }
