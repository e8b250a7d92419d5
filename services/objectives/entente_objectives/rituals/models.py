"""Rituals, and who was there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base

from .domain import Rhythm


class Ritual(Base):
    """`party_id` keeps it."""

    __tablename__ = "ritual"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    title: Mapped[str]
    purpose: Mapped[str]
    rule: Mapped[str]
    starts_at: Mapped[datetime]
    time_zone: Mapped[str]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(self.rule, self.starts_at, self.time_zone)


class RitualAttendance(Base):
    """A person was there; noted by themselves, once."""

    __tablename__ = "ritual_attendance"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "ritual_id", "occurs_at", "person_id"),
        ForeignKeyConstraint(["partnership_id", "ritual_id"], ["ritual.partnership_id", "ritual.id"]),
    )

    partnership_id: Mapped[UUID]
    ritual_id: Mapped[UUID]
    occurs_at: Mapped[datetime]
    person_id: Mapped[UUID]
    party_id: Mapped[UUID]
    noted_at: Mapped[datetime]
