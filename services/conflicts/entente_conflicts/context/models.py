"""The events of the partnership's sagas, kept so that a case can be filled with what led to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base


class SagaEvent(Base):
    """One received event: `id` is the event's, `said` its body."""

    __tablename__ = "saga_event"
    __table_args__ = (
        Index("ix_saga_event_correlation", "partnership_id", "correlation_id"),
        Index("ix_saga_event_aggregate", "partnership_id", "aggregate_id"),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    correlation_id: Mapped[UUID]
    causation_id: Mapped[UUID | None]
    type: Mapped[str]
    aggregate_id: Mapped[UUID]
    occurred_at: Mapped[datetime]
    said: Mapped[dict[str, Any]] = mapped_column(JSONB)
