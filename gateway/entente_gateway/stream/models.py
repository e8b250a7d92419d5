"""The log of all events, in the order in which this gateway committed them: what the stream, the trace and the sagas
are read from.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base

SAGA_OPENING = "entente.kpi.deviation_opened.v1"


class LoggedEvent(Base):
    """`event_id` is the original's also where the event came as a snapshot, so that nothing is logged twice."""

    __tablename__ = "event_log"

    position: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    partnership_id: Mapped[UUID | None]
    audience: Mapped[str]
    type: Mapped[str]
    producer: Mapped[str]
    aggregate: Mapped[str]
    aggregate_id: Mapped[UUID]
    aggregate_version: Mapped[int]
    correlation_id: Mapped[UUID]
    causation_id: Mapped[UUID | None]
    occurred_at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (
        Index("ix_event_log_partnership_id", "partnership_id", "position"),
        Index("ix_event_log_correlation_id", "partnership_id", "correlation_id"),
        Index("ix_event_log_saga", "partnership_id", "position", postgresql_where=text(f"type = '{SAGA_OPENING}'")),
    )
