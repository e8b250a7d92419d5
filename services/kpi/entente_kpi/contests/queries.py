"""Pages of contests, and what is contested now."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, NotFound
from entente_shared.web import paginate

from .domain import Span, State
from .models import Contest


class ContestNotFound(NotFound):
    slug = "contest-not-found"
    title = N_("There is no such contest")


async def get_contest(session: AsyncSession, partnership_id: UUID, contest_id: UUID) -> Contest:
    row = await session.get(Contest, (partnership_id, contest_id), populate_existing=True)
    if row is None:
        raise ContestNotFound(N_("No contest of this partnership has this id; GET .../contests lists them."))
    return row


async def list_contests(
    session: AsyncSession,
    partnership_id: UUID,
    *,
    kpi_id: UUID | None,
    state: State | None,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[Contest], str | None]:
    """One page in the order in which they were opened, and the next cursor."""
    statement = select(Contest).where(Contest.partnership_id == partnership_id)
    if kpi_id is not None:
        statement = statement.where(Contest.kpi_id == kpi_id)
    if state is not None:
        statement = statement.where(Contest.state == state)
    return await paginate(session, statement, Contest.id, cursor, limit)


async def contests_of(
    session: AsyncSession, partnership_id: UUID, kpi_id: UUID, party_id: UUID
) -> list[tuple[Span, State]]:
    """What a party contests of a KPI, or has."""
    rows = await session.scalars(
        select(Contest).filter_by(partnership_id=partnership_id, kpi_id=kpi_id, party_id=party_id)
    )
    return [(row.span, row.state) for row in rows]


async def open_spans(session: AsyncSession, partnership_id: UUID, kpi_id: UUID) -> list[Span]:
    rows = await session.scalars(
        select(Contest).filter_by(partnership_id=partnership_id, kpi_id=kpi_id, state=State.OPEN)
    )
    return [row.span for row in rows]
