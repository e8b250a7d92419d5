"""Reading the partnership's sagas."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import Event

from .domain import Entry
from .models import SagaEvent


async def saga(session: AsyncSession, partnership_id: UUID, correlation_id: UUID) -> list[Entry]:
    rows = await session.scalars(
        select(SagaEvent).where(SagaEvent.partnership_id == partnership_id, SagaEvent.correlation_id == correlation_id)
    )
    return [_entry(row) for row in rows]


async def latest(
    session: AsyncSession, contract: type[Event], partnership_id: UUID, aggregate_id: UUID | None
) -> Entry | None:
    """The newest remembered event of a type about one aggregate."""
    row = await session.scalar(
        select(SagaEvent)
        .where(
            SagaEvent.partnership_id == partnership_id,
            SagaEvent.aggregate_id == aggregate_id,
            SagaEvent.type == contract.contract.type,
        )
        .order_by(SagaEvent.occurred_at.desc())
        .limit(1)
    )
    return _entry(row) if row else None


def _entry(row: SagaEvent) -> Entry:
    return Entry(
        event_id=row.id,
        causation_id=row.causation_id,
        type=row.type,
        aggregate_id=row.aggregate_id,
        occurred_at=row.occurred_at,
        said=row.said,
    )
