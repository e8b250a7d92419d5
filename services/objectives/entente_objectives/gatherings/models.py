"""Gatherings and who takes part in them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of

from .domain import GatheringState


class Gathering(Base):
    """`party_id` organises it. `outcome` is what came of it, or why it was called off."""

    __tablename__ = "gathering"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    title: Mapped[str]
    purpose: Mapped[str]
    place: Mapped[str | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    state: Mapped[GatheringState] = mapped_column(text_of(GatheringState))
    outcome: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class GatheringParticipant(Base):
    """A person who takes part."""

    __tablename__ = "gathering_participant"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "gathering_id", "person_id"),
        ForeignKeyConstraint(["partnership_id", "gathering_id"], ["gathering.partnership_id", "gathering.id"]),
    )

    partnership_id: Mapped[UUID]
    gathering_id: Mapped[UUID]
    person_id: Mapped[UUID]
    party_id: Mapped[UUID]
    joined_at: Mapped[datetime]
