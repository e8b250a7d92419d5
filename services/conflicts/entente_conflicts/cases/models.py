"""The cases of a partnership."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from .domain import CaseState


class Case(Base):
    """`ladder` is frozen at the opening (`charter_version` None: the default ladder); `step` and `level` count from 1.

    `correlation_id` is the saga's, `last_event_id` the event that the case's next one follows from.
    """

    __tablename__ = "case_file"
    __table_args__ = (Index("ix_case_file_state", "partnership_id", "state", "id"),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[CaseState]
    title: Mapped[str]
    description: Mapped[str]
    cause_kind: Mapped[str]
    cause_id: Mapped[UUID]
    deviation_id: Mapped[UUID | None]
    adjustment_id: Mapped[UUID | None]
    kpi_id: Mapped[UUID | None]
    correlation_id: Mapped[UUID]
    last_event_id: Mapped[UUID | None]
    charter_version: Mapped[int | None]
    ladder: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    step: Mapped[int]
    level: Mapped[int]
    reached_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    @property
    def cause(self) -> dict[str, Any]:
        return {"kind": self.cause_kind, "id": self.cause_id}

    @property
    def level_name(self) -> str:
        name: str = self.ladder[self.level - 1]["name"]
        return name

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy, never written
