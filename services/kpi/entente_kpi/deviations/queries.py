"""The deviations that stand, and pages of all."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, NotFound
from entente_shared.web import paginate

from ..evaluation.domain import State
from .models import Deviation


class DeviationNotFound(NotFound):
    slug = "deviation-not-found"
    title = N_("There is no such deviation")


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


async def list_deviations(
    session: AsyncSession,
    partnership_id: UUID,
    *,
    kpi_id: UUID | None,
    state: State | None,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[Deviation], str | None]:
    """One page in the order in which they were found, and the next cursor."""
    statement = select(Deviation).where(Deviation.partnership_id == partnership_id)
    if kpi_id is not None:
        statement = statement.where(Deviation.kpi_id == kpi_id)
    if state is not None:
        statement = statement.where(Deviation.state == state)
    return await paginate(session, statement, Deviation.id, cursor, limit)


async def get_deviation(session: AsyncSession, partnership_id: UUID, deviation_id: UUID) -> Deviation:
    row = await session.get(Deviation, (partnership_id, deviation_id))
    if row is None:
        raise DeviationNotFound(N_("No deviation of this partnership has this id; GET .../deviations lists them."))
    return row
