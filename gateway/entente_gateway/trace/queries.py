"""The facts of loops, read from the log; row-level security leaves those that the caller may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ..stream.models import SAGA_OPENING, LoggedEvent
from .domain import Fact, Saga, fold

_MOST_FACTS = 1000  # of a saga, on the average of those that are asked for


@dataclass(frozen=True)
class SagaPage:
    items: list[Saga]
    next_cursor: str | None


async def facts_of(session: AsyncSession, partnership_id: UUID, correlation_ids: Sequence[UUID]) -> list[Fact]:
    statement = select(LoggedEvent).where(
        LoggedEvent.partnership_id == partnership_id, LoggedEvent.correlation_id.in_(correlation_ids)
    )
    rows = await session.scalars(statement.order_by(LoggedEvent.position).limit(_MOST_FACTS * len(correlation_ids)))
    return [_fact(row) for row in rows]


async def sagas(session: AsyncSession, partnership_id: UUID, before: int | None, limit: int) -> SagaPage:
    """The partnership's sagas, the newest first. The cursor is the position of the last one's opening."""
    openings = select(LoggedEvent.position, LoggedEvent.correlation_id).where(
        LoggedEvent.partnership_id == partnership_id,
        LoggedEvent.type == SAGA_OPENING,
        LoggedEvent.event_id == LoggedEvent.correlation_id,
    )
    if before is not None:
        openings = openings.where(LoggedEvent.position < before)
    found = (await session.execute(openings.order_by(LoggedEvent.position.desc()).limit(limit + 1))).all()
    shown = found[:limit]
    by_saga: dict[UUID, list[Fact]] = {row.correlation_id: [] for row in shown}
    for fact in await facts_of(session, partnership_id, list(by_saga)):
        by_saga[fact.correlation_id].append(fact)
    items = [saga for facts in by_saga.values() if (saga := fold(facts)) is not None]
    return SagaPage(items, str(shown[-1].position) if len(found) > limit else None)


def _fact(row: LoggedEvent) -> Fact:
    return Fact(
        position=row.position,
        event_id=row.event_id,
        type=row.type,
        producer=row.producer,
        name=row.type.split(".")[2],
        aggregate=row.aggregate,
        aggregate_id=row.aggregate_id,
        aggregate_version=row.aggregate_version,
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
        occurred_at=row.occurred_at,
        data=row.data,
    )
