"""Applied adjustments whose effect is awaited or was measured."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from .domain import Outcome


class Verification(Base):
    """`id` is the adjustment's. Correlation and causation are those of the event that said it was applied."""

    __tablename__ = "verification"
    __table_args__ = (
        ForeignKeyConstraint(["partnership_id", "kpi_id"], ["kpi.partnership_id", "kpi.id"]),
        ForeignKeyConstraint(["partnership_id", "deviation_id"], ["deviation.partnership_id", "deviation.id"]),
        Index("ix_verification_waiting", "partnership_id", "kpi_id", postgresql_where=text("outcome = 'waiting'")),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID]
    deviation_id: Mapped[UUID]
    applied_at: Mapped[datetime]
    horizon_at: Mapped[datetime]
    deadline: Mapped[datetime]
    samples: Mapped[int]
    value_at_application: Mapped[float]
    expected_effect: Mapped[float]
    outcome: Mapped[Outcome]
    decided_at: Mapped[datetime | None]
    measured_effect: Mapped[float | None]
    correlation_id: Mapped[UUID]
    causation_id: Mapped[UUID]
