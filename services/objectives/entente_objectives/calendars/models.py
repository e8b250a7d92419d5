"""Calendars of the parties."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base


class CalendarRow(Base):
    """A party's calendar, or (no party) a shared one. `content` is its hours and spells as they were sent."""

    __tablename__ = "calendar"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        Index(
            "uq_calendar_party_id",
            "partnership_id",
            "party_id",
            unique=True,
            postgresql_where=text("active AND party_id IS NOT NULL"),
        ),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    party_id: Mapped[UUID | None]
    name: Mapped[str]
    zone: Mapped[str]
    validation_days: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    active: Mapped[bool]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it
