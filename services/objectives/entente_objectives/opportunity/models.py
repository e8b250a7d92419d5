"""Analyses of the opportunity, the parties' scores, and what their sponsors say."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of

from .domain import Dimension, Position, Status


class Opportunity(Base):
    """`version` counts what was done to the analysis, its scores and positions; who changes them locks this row."""

    __tablename__ = "opportunity"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        UniqueConstraint("partnership_id", "number"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        Index("uq_opportunity_open", "partnership_id", unique=True, postgresql_where=text("status = 'open'")),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    number: Mapped[int]
    title: Mapped[str]
    party_id: Mapped[UUID]
    status: Mapped[Status] = mapped_column(text_of(Status))
    opened_at: Mapped[datetime]
    concluded_at: Mapped[datetime | None]
    version: Mapped[int]


class OpportunityScore(Base):
    """How far a party thinks the dimension converges, 0 to 100, and why."""

    __tablename__ = "opportunity_score"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "opportunity_id", "party_id", "dimension"),
        ForeignKeyConstraint(["partnership_id", "opportunity_id"], ["opportunity.partnership_id", "opportunity.id"]),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    opportunity_id: Mapped[UUID]
    party_id: Mapped[UUID]
    dimension: Mapped[Dimension] = mapped_column(text_of(Dimension))
    score: Mapped[int]
    reason: Mapped[str]
    person_id: Mapped[UUID]
    at: Mapped[datetime]


class OpportunityPosition(Base):
    """A position that stands, or (`replaced_at`) one that the party's sponsor replaced."""

    __tablename__ = "opportunity_position"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "opportunity_id"], ["opportunity.partnership_id", "opportunity.id"]),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        Index(
            "uq_opportunity_position_standing",
            "partnership_id",
            "opportunity_id",
            "party_id",
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    opportunity_id: Mapped[UUID]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    position: Mapped[Position] = mapped_column(text_of(Position))
    reason: Mapped[str]
    at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
