"""Delegations of votes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of
from entente_objectives.mandates.domain import Domain


class Delegation(Base):
    """`person_id` lets `delegate_id`, of the same party, cast their vote in decisions that open while it holds."""

    __tablename__ = "delegation"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        Index("ix_delegation_party_id", "partnership_id", "party_id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    delegate_id: Mapped[UUID]
    domain: Mapped[Domain | None] = mapped_column(text_of(Domain))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it
