"""Schedules as they were computed, with what they were computed from."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKeyConstraint, PrimaryKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base


class Schedule(Base):
    """`revision` is the roadmap's that it was computed from; `result` holds its days, or the conflicts."""

    __tablename__ = "schedule"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    from_on: Mapped[date] = mapped_column(Date())
    to_on: Mapped[date] = mapped_column(Date())
    revision: Mapped[int]
    rule_version: Mapped[str]
    feasible: Mapped[bool]
    inputs: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True, deferred_raiseload=True)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    computed_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_party_id: Mapped[UUID | None]
    accepted_person_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it
