"""Cases as conflicts tells of them, and the text by which the parties settle what is open when they part."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base


class KnownCase(Base):
    """A projection of conflicts' case_opened and case_closed."""

    __tablename__ = "known_case"
    __table_args__ = (PrimaryKeyConstraint("partnership_id", "id"),)

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    title: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class ExitSettlement(Base):
    """`matters` lists by id what was open when the text was proposed, with the commitments' versions; `hash` is of both."""

    __tablename__ = "exit_settlement"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id"], ["partnership.partnership_id"]),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    text: Mapped[str]
    matters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    hash: Mapped[str]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    proposed_at: Mapped[datetime]


class ExitSignature(Base):
    __tablename__ = "exit_signature"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(
            ["partnership_id", "settlement_id"], ["exit_settlement.partnership_id", "exit_settlement.id"]
        ),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        UniqueConstraint("partnership_id", "settlement_id", "party_id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    settlement_id: Mapped[UUID]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    signed_at: Mapped[datetime]
