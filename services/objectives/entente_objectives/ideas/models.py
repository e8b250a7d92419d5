"""Ideas and who supports them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of

from .domain import Became, IdeaState


class Idea(Base):
    """Whoever supports it, or decides on it, locks it first: `state`, `supporters` and `supporting_parties` follow."""

    __tablename__ = "idea"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    title: Mapped[str]
    text: Mapped[str]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    state: Mapped[IdeaState] = mapped_column(text_of(IdeaState))
    supporters: Mapped[int]
    supporting_parties: Mapped[int]
    became_kind: Mapped[Became | None] = mapped_column(text_of(Became))
    became_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    proposed_at: Mapped[datetime]
    supported_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class IdeaSupport(Base):
    """Each person's, once."""

    __tablename__ = "idea_support"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "idea_id", "person_id"),
        ForeignKeyConstraint(["partnership_id", "idea_id"], ["idea.partnership_id", "idea.id"]),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    idea_id: Mapped[UUID]
    person_id: Mapped[UUID]
    party_id: Mapped[UUID]
    supported_at: Mapped[datetime]
