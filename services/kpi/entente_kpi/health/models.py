"""What the health index is made of, and what it was."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from .domain import Component, Status


class HealthReading(Base):
    """The newest figure of a component that another capability measures. The higher `ordinal` is the newer."""

    __tablename__ = "health_reading"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    component: Mapped[Component] = mapped_column(primary_key=True)
    value: Mapped[float]
    source_id: Mapped[UUID]
    measured_at: Mapped[datetime]
    ordinal: Mapped[int]


class OpenCase(Base):
    """A projection of conflicts: the level that an open case is at."""

    __tablename__ = "open_case"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[int]


class ResolvedCommitment(Base):
    """A projection of objectives: a commitment that was kept in time, or was not. Those that were waived are not here."""

    __tablename__ = "resolved_commitment"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    commitment_id: Mapped[UUID] = mapped_column(primary_key=True)
    kept: Mapped[bool]
    due_at: Mapped[datetime]
    resolved_at: Mapped[datetime]


class Health(Base):
    """One row per partnership, locked by whoever reassesses it. `values` are those published last; times are Postgres'."""

    __tablename__ = "health"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    values: Mapped[dict[str, float]] = mapped_column(JSONB, default=dict)
    status: Mapped[Status | None]
    published_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    armed: Mapped[bool] = mapped_column(default=False)


class HealthRecord(Base):
    """The index as it was published; `at` is the partnership's clock."""

    __tablename__ = "health_record"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    score: Mapped[float]
    status: Mapped[Status]
    capped: Mapped[bool]
    components: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    missing: Mapped[list[str]] = mapped_column(JSONB)
    rule_version: Mapped[str]
