"""The line of a charter's versions and who signed them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base


class Charter(Base):
    """One row for each partnership; proposals and signatures lock it, so that they come one after the other."""

    __tablename__ = "charter"
    __table_args__ = (ForeignKeyConstraint(["partnership_id"], ["partnership.partnership_id"]),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    newest: Mapped[int]
    agreed: Mapped[int | None]


class CharterVersion(Base):
    """`canonical` is the exact text (RFC 8785) of which `hash` is the SHA-256, and which the parties sign."""

    __tablename__ = "charter_version"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id"], ["charter.partnership_id"]),
        UniqueConstraint("partnership_id", "number"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    number: Mapped[int]
    based_on: Mapped[int | None]
    canonical: Mapped[str]
    hash: Mapped[str]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    proposed_at: Mapped[datetime]


class CharterSignature(Base):
    __tablename__ = "charter_signature"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "number", "party_id"),
        ForeignKeyConstraint(
            ["partnership_id", "number"], ["charter_version.partnership_id", "charter_version.number"]
        ),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(autoincrement=False)
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    hash: Mapped[str]
    signed_at: Mapped[datetime]
