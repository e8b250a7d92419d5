"""The agreed trajectories, as objectives publishes them, and which one was in force for a KPI from when on.

Both keep `steps` as objectives' event has them; a band's ends are there both, or neither.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from .domain import Curve


class ObjectiveTrajectory(Base):
    """The newest trajectory of an objective: a projection, which ignores older versions."""

    __tablename__ = "objective_trajectory"
    __table_args__ = (Index("ix_objective_trajectory_kpi_id", "partnership_id", "kpi_id"),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    objective_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID]
    title: Mapped[str]
    baseline: Mapped[float]
    target: Mapped[float]
    starts_at: Mapped[datetime]
    due_at: Mapped[datetime]
    curve: Mapped[Curve]
    steps: Mapped[list[Any]] = mapped_column(JSONB)
    band_low: Mapped[float | None]
    band_high: Mapped[float | None]
    revision: Mapped[int]
    active: Mapped[bool]
    version: Mapped[int]


class PathSegment(Base):
    """What was in force for a KPI from `effective_from` until the next segment. No objective: nothing was."""

    __tablename__ = "path_segment"
    __table_args__ = (ForeignKeyConstraint(["partnership_id", "kpi_id"], ["kpi.partnership_id", "kpi.id"]),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    effective_from: Mapped[datetime]
    objective_id: Mapped[UUID | None]
    revision: Mapped[int | None]
    baseline: Mapped[float | None]
    target: Mapped[float | None]
    starts_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    curve: Mapped[Curve | None]
    steps: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    band_low: Mapped[float | None]
    band_high: Mapped[float | None]
