"""KPIs and their threshold rules."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKeyConstraint, Index, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from .domain import Aggregation, Approval, Direction, KpiStatus, Level, OnConflict


class Kpi(Base):
    """The definition that is in force, or proposed where the KPI is a draft.

    `version` is its number, `newest` that of the last one proposed, `revision` counts all changes for the ETag. `sources`
    are organisations (NULL: any may push). `keep_*` is how long each level of detail is kept (NULL: for ever).
    """

    __tablename__ = "kpi"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    unit: Mapped[str]
    cadence: Mapped[timedelta]
    on_conflict: Mapped[OnConflict]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    description: Mapped[str | None]
    template: Mapped[str | None]
    level: Mapped[Level]
    direction: Mapped[Direction | None]
    aggregation: Mapped[Aggregation]
    sources: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    keep_raw: Mapped[timedelta | None]
    keep_minute: Mapped[timedelta | None]
    keep_hour: Mapped[timedelta | None]
    keep_day: Mapped[timedelta | None]
    approval: Mapped[Approval]
    status: Mapped[KpiStatus]
    version: Mapped[int]
    newest: Mapped[int]
    revision: Mapped[int]


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
