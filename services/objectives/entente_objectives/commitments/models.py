"""Commitments: what a party will do by when, who has which part in it, and every change."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of

from .domain import ChangeKind, CommitmentStatus, Part


class Commitment(Base):
    """A member gave it, or it comes from the settlement of a case, a variance review, or the minutes of a review.

    `owner_member_id` is the one accountable. `decides_at` is when silence decides.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        Index("ix_commitment_status", "partnership_id", "status"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    party_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    settlement_id: Mapped[UUID | None]
    review_id: Mapped[UUID | None]
    checkpoint_id: Mapped[UUID | None]
    owner_member_id: Mapped[UUID | None]
    kpi_id: Mapped[UUID | None]
    objective_id: Mapped[UUID | None]
    what: Mapped[str]
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]
    grace: Mapped[timedelta]
    status: Mapped[CommitmentStatus] = mapped_column(text_of(CommitmentStatus))
    declared_at: Mapped[datetime | None]
    decides_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by_party_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class CommitmentPart(Base):
    """A member's part beside the one accountable."""

    __tablename__ = "commitment_part"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "commitment_id", "member_id"),
        ForeignKeyConstraint(["partnership_id", "commitment_id"], ["commitment.partnership_id", "commitment.id"]),
        ForeignKeyConstraint(["partnership_id", "member_id"], ["member.partnership_id", "member.id"]),
    )

    partnership_id: Mapped[UUID]
    commitment_id: Mapped[UUID]
    member_id: Mapped[UUID]
    part: Mapped[Part] = mapped_column(text_of(Part))


class CommitmentChange(Base):
    """What it said after a change; nobody where time decided or another service's event made it."""

    __tablename__ = "commitment_change"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "commitment_id"], ["commitment.partnership_id", "commitment.id"]),
        Index("ix_commitment_change_commitment_id", "partnership_id", "commitment_id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    commitment_id: Mapped[UUID]
    kind: Mapped[ChangeKind] = mapped_column(text_of(ChangeKind))
    at: Mapped[datetime]
    party_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    note: Mapped[str | None]
    said: Mapped[dict[str, Any]] = mapped_column(JSONB)
