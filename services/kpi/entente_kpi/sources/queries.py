"""Starts of counters."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import CounterStart

MOST = 1_000


async def latest_starts(session: AsyncSession, partnership_id: UUID, kpi_id: UUID) -> Sequence[CounterStart]:
    """The latest MOST, the newest first."""
    query = select(CounterStart).where(CounterStart.partnership_id == partnership_id, CounterStart.kpi_id == kpi_id)
    return (await session.execute(query.order_by(CounterStart.started_at.desc()).limit(MOST))).scalars().all()
