"""Adjustments, and the damping of each KPI."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base, text_of
from .domain.states import State


class Adjustment(Base):
    """A reallocation that a deviation asks for, or that a settlement agreed on. JSON parts are those of the events.

    `event_time` is the deviation's. `automatic` says that it was applied without a vote, which damping counts.
    """

    __tablename__ = "adjustment"
    __table_args__ = (
        Index(
            "uq_adjustment_undecided",
            "partnership_id",
            "kpi_id",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'contested', 'awaiting_charter')"),
        ),
        Index("ix_adjustment_automatic", "partnership_id", "event_time", postgresql_where=text("automatic")),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    deviation_id: Mapped[UUID | None]
    kpi_id: Mapped[UUID | None]
    crossing: Mapped[int | None]
    state: Mapped[State] = mapped_column(text_of(State))
    reason: Mapped[str | None]
    event_time: Mapped[datetime]
    gap: Mapped[float | None]
    expected_effect: Mapped[float] = mapped_column(default=0.0)
    shortfall: Mapped[float | None]
    horizon: Mapped[timedelta] = mapped_column(default=timedelta())
    churn: Mapped[float] = mapped_column(default=0.0)
    churn_needed: Mapped[float | None]
    amount: Mapped[Decimal | None]
    currency: Mapped[str | None]
    penalty: Mapped[float] = mapped_column(default=0.0)
    suppressed_until: Mapped[datetime | None]
    automatic: Mapped[bool] = mapped_column(default=False)
    levers: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    changes: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    parties: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    alternatives: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    certificate: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    decision_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None]
    allocation_id: Mapped[UUID | None]
    applied_at: Mapped[datetime | None]
    correlation_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's way to say it


class KpiDamping(Base):
    """A2's penalty as of `at`."""

    __tablename__ = "kpi_damping"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID] = mapped_column(primary_key=True)
    penalty: Mapped[float]
    at: Mapped[datetime]
    suppressed: Mapped[bool]
