"""Deviations: one per crossing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from ..evaluation.domain import State


class Deviation(Base):
    """`rule` and the trajectory's values are those that it was opened by.

    `correlation_id` is the event that opened it, and its saga.
    """

    __tablename__ = "deviation"
    __table_args__ = (
        ForeignKeyConstraint(["partnership_id", "kpi_id"], ["kpi.partnership_id", "kpi.id"]),
        ForeignKeyConstraint(["partnership_id", "rule_id"], ["threshold_rule.partnership_id", "threshold_rule.id"]),
        Index("uq_deviation_crossing", "partnership_id", "kpi_id", "rule_id", "crossing", unique=True),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID]
    rule_id: Mapped[UUID]
    crossing: Mapped[int]
    state: Mapped[State]
    objective_id: Mapped[UUID]
    trajectory_revision: Mapped[int]
    baseline: Mapped[float]
    target: Mapped[float]
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    opened_at: Mapped[datetime]
    value: Mapped[float]
    planned_value: Mapped[float]
    progress: Mapped[float]
    planned: Mapped[float]
    deviation: Mapped[float]
    closed_at: Mapped[datetime | None]
    closed_value: Mapped[float | None]
    annulled: Mapped[bool] = mapped_column(default=False)
    annulled_because: Mapped[str | None]
    correlation_id: Mapped[UUID]
