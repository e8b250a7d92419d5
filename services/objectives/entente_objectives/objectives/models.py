"""Objectives, every path that they had or were asked to take, and the latest progress that kpi computed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of

from .domain import Band, Curve


class Objective(Base):
    """Its present path; `first_baseline` never changes. A band's ends are there both, or neither."""

    __tablename__ = "objective"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        Index("uq_objective_kpi_id", "partnership_id", "kpi_id", unique=True, postgresql_where=text("active")),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    key: Mapped[str]
    title: Mapped[str]
    kpi_id: Mapped[UUID]
    baseline: Mapped[float]
    target: Mapped[float]
    starts_at: Mapped[datetime]
    due_at: Mapped[datetime]
    curve: Mapped[Curve] = mapped_column(text_of(Curve))
    steps: Mapped[list[Any]] = mapped_column(JSONB)
    band_low: Mapped[float | None]
    band_high: Mapped[float | None]
    revision: Mapped[int]
    first_baseline: Mapped[float]
    charter_version: Mapped[int]
    active: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    @property
    def band(self) -> Band | None:
        return None if self.band_low is None or self.band_high is None else Band(self.band_low, self.band_high)


class ObjectiveRevision(Base):
    """A path that an objective has or had, and why."""

    __tablename__ = "objective_revision"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "objective_id"], ["objective.partnership_id", "objective.id"]),
        UniqueConstraint("partnership_id", "objective_id", "revision"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    objective_id: Mapped[UUID]
    revision: Mapped[int]
    baseline: Mapped[float]
    target: Mapped[float]
    starts_at: Mapped[datetime]
    due_at: Mapped[datetime]
    curve: Mapped[Curve] = mapped_column(text_of(Curve))
    steps: Mapped[list[Any]] = mapped_column(JSONB)
    band_low: Mapped[float | None]
    band_high: Mapped[float | None]
    reason: Mapped[str]
    decision_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None]
    revised_at: Mapped[datetime]

    @property
    def band(self) -> Band | None:
        return None if self.band_low is None or self.band_high is None else Band(self.band_low, self.band_high)


class KpiProgress(Base):
    """A projection of kpi's progress_changed; `version` is the event's."""

    __tablename__ = "kpi_progress"
    __table_args__ = (PrimaryKeyConstraint("partnership_id", "kpi_id"),)

    partnership_id: Mapped[UUID]
    kpi_id: Mapped[UUID]
    objective_id: Mapped[UUID]
    at: Mapped[datetime]
    value: Mapped[float]
    progress: Mapped[float]
    planned: Mapped[float]
    deviation: Mapped[float]
    state: Mapped[str]
    version: Mapped[int] = mapped_column()


class Rebaseline(Base):
    """A request to move the path; what becomes of it is its decision's status."""

    __tablename__ = "rebaseline"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "objective_id"], ["objective.partnership_id", "objective.id"]),
        ForeignKeyConstraint(["partnership_id", "decision_id"], ["decision.partnership_id", "decision.id"]),
        Index("ix_rebaseline_objective_id", "partnership_id", "objective_id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    objective_id: Mapped[UUID]
    decision_id: Mapped[UUID]
    baseline: Mapped[float]
    target: Mapped[float]
    due_at: Mapped[datetime]
    reason: Mapped[str]
    person_id: Mapped[UUID]
    requested_at: Mapped[datetime]
