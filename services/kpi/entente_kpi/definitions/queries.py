"""Pages of KPIs, and the parties that they are shared by."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.plumbing import membership
from entente_shared.web import paginate

from ..evaluation import queries as tracks
from ..evaluation.queries import Tracked
from .models import Kpi


async def list_kpis(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Tracked], str | None]:
    """One page by rising id, and the next cursor."""
    of_partnership = select(Kpi).where(Kpi.partnership_id == partnership_id)
    page, next_cursor = await paginate(session, of_partnership, Kpi.id, cursor, limit)
    return await tracks.read(session, partnership_id, [kpi.id for kpi in page]), next_cursor


async def load_parties(session: AsyncSession, partnership_id: UUID) -> dict[UUID, UUID]:
    """The organisation of each party of a partnership."""
    rows = await session.execute(
        select(membership.c.party_id, membership.c.organisation_id).where(
            membership.c.partnership_id == partnership_id, membership.c.person_id.is_(None), membership.c.active
        )
    )
    return {row.party_id: row.organisation_id for row in rows}
