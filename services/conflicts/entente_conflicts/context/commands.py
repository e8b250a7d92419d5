"""Remembering the partnership's sagas."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import Event
from entente_shared.outbox import Received

from .models import SagaEvent


async def remember(session: AsyncSession, event: Event, meta: Received) -> None:
    """Keep an event, once, for the cases that its saga may lead to."""
    row = {
        "partnership_id": meta.partnership_id,
        "id": meta.event_id,
        "correlation_id": meta.correlation_id,
        "causation_id": meta.causation_id,
        "type": meta.type,
        "aggregate_id": meta.aggregate_id,
        "occurred_at": datetime.fromisoformat(meta.occurred_at),
        "said": event.model_dump(mode="json"),
    }
    await session.execute(insert(SagaEvent).values(row).on_conflict_do_nothing())
