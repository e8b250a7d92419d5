"""Rounds, who has declared in them, and what they declared."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of

from .domain import Kind


class Round(Base):
    """What all parties are asked (`asked`, by its kind). At most one of a kind is open.

    The database refuses a `revealed_at` while a party of the partnership has not declared, another one after it, and one
    for a round that was withdrawn, in which everything stays sealed.
    """

    __tablename__ = "sealed_round"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        UniqueConstraint("partnership_id", "kind", "number"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        Index(
            "uq_sealed_round_open",
            "partnership_id",
            "kind",
            unique=True,
            postgresql_where=text("revealed_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    kind: Mapped[Kind] = mapped_column(text_of(Kind))
    number: Mapped[int]
    party_id: Mapped[UUID]
    asked: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    opened_at: Mapped[datetime]
    revealed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    @property
    def is_open(self) -> bool:
        return self.revealed_at is None and self.withdrawn_at is None


class Receipt(Base):
    """That a party has declared, which all may know. It does not say when, nor how often it thought again."""

    __tablename__ = "sealed_receipt"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "round_id", "party_id"),
        ForeignKeyConstraint(["partnership_id", "round_id"], ["sealed_round.partnership_id", "sealed_round.id"]),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    round_id: Mapped[UUID]
    party_id: Mapped[UUID]


class Declaration(Base):
    """What a party declared. Until the round is revealed the database shows it to the party's own organisation alone."""

    __tablename__ = "sealed_declaration"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "round_id", "party_id"),
        ForeignKeyConstraint(["partnership_id", "round_id"], ["sealed_round.partnership_id", "sealed_round.id"]),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    round_id: Mapped[UUID]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    declared_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it
