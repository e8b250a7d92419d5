"""The deviations that stand."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Deviation


async def load_standing(
    session: AsyncSession, partnership_id: UUID, *, every_of: Collection[UUID], open_of: Collection[UUID]
) -> dict[UUID, list[Deviation]]:
    """By KPI and rising time: all that stand of the one, those still open of the other KPIs."""
    found: dict[UUID, list[Deviation]] = {}
    if not every_of and not open_of:
        return found
    rows = await session.scalars(
        select(Deviation)
        .where(
            Deviation.partnership_id == partnership_id,
            ~Deviation.annulled,
            Deviation.kpi_id.in_(every_of) | (Deviation.kpi_id.in_(open_of) & Deviation.closed_at.is_(None)),
        )
        .order_by(Deviation.kpi_id, Deviation.opened_at)
    )
    for row in rows:
        found.setdefault(row.kpi_id, []).append(row)
    return found
