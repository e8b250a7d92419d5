"""Whether samples of a KPI are contested."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Contest


async def is_contested(session: AsyncSession, partnership_id: UUID, kpi_id: UUID | None) -> bool:
    found = select(Contest.contest_id).filter_by(partnership_id=partnership_id, kpi_id=kpi_id, open=True).limit(1)
    return await session.scalar(found) is not None
