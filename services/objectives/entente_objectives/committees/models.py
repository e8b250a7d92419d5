"""Committees and their seats."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base


class Committee(Base):
    """A mandate names it by its `key`. `chair_id` is a member; `meets_every` is how often it comes together."""

    __tablename__ = "committee"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id"], ["partnership.partnership_id"]),
        Index("uq_committee_key", "partnership_id", "key", unique=True, postgresql_where=text("active")),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    key: Mapped[str]
    name: Mapped[str]
    purpose: Mapped[str]
    chair_id: Mapped[UUID | None]
    meets_every: Mapped[timedelta | None]
    active: Mapped[bool]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class CommitteeSeat(Base):
    """A seat that a member has, or (`left_at`) had. A person has one seat, whichever of their roles it is for."""

    __tablename__ = "committee_seat"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "committee_id"], ["committee.partnership_id", "committee.id"]),
        ForeignKeyConstraint(["partnership_id", "member_id"], ["member.partnership_id", "member.id"]),
        Index(
            "uq_committee_seat",
            "partnership_id",
            "committee_id",
            "person_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    committee_id: Mapped[UUID]
    member_id: Mapped[UUID]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    seated_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
