"""KPIs and their threshold rules."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from .domain import OnConflict


class Kpi(Base):
    __tablename__ = "kpi"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    unit: Mapped[str]
    cadence: Mapped[timedelta]
    on_conflict: Mapped[OnConflict]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ThresholdRule(Base):
    """A1 for one KPI. `hold` is the rule's `for`, which is a word of the language. `burn` is as the event has it."""

    __tablename__ = "threshold_rule"
    __table_args__ = (
        ForeignKeyConstraint(["partnership_id", "kpi_id"], ["kpi.partnership_id", "kpi.id"]),
        Index("uq_threshold_rule_kpi_id", "partnership_id", "kpi_id", unique=True),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID]
    theta_on: Mapped[float]
    theta_off: Mapped[float]
    hold: Mapped[timedelta]
    keep: Mapped[timedelta]
    stale_after: Mapped[timedelta | None]
    evaluation_delay: Mapped[timedelta]
    burn: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    version: Mapped[int]
