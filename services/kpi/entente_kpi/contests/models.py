"""Contested samples."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from .domain import Span, State


class Contest(Base):
    """`party_id` disputes the samples from `from_at` to `to_at`. Persons are opaque ids. Written under the track's lock."""

    __tablename__ = "contest"
    __table_args__ = (
        ForeignKeyConstraint(["partnership_id", "kpi_id"], ["kpi.partnership_id", "kpi.id"]),
        Index("ix_contest_kpi_id", "partnership_id", "kpi_id", "id"),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    from_at: Mapped[datetime]
    to_at: Mapped[datetime]
    reason: Mapped[str]
    state: Mapped[State]
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]
    resolving_party_id: Mapped[UUID | None]
    resolution: Mapped[str | None]

    @property
    def span(self) -> Span:
        return Span(self.from_at, self.to_at)
