"""The line of a charter's versions and who signed them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of

from .domain import Withdrawable


class Charter(Base):
    """One row for each partnership; proposals and signatures lock it, so that they come one after the other."""

    __tablename__ = "charter"
    __table_args__ = (ForeignKeyConstraint(["partnership_id"], ["partnership.partnership_id"]),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    newest: Mapped[int]
    agreed: Mapped[int | None]


class CharterVersion(Base):
    """`canonical` is the exact text (RFC 8785) of which `hash` is the SHA-256, and which the parties sign. `note` says why."""

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
    note: Mapped[str | None]


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


class CharterWithdrawal(Base):
    """A signature or a whole version that a party took back. The row of a signature goes, and this one stays."""

    __tablename__ = "charter_withdrawal"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(
            ["partnership_id", "number"], ["charter_version.partnership_id", "charter_version.number"]
        ),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        Index("ix_charter_withdrawal_number", "partnership_id", "number"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    number: Mapped[int]
    what: Mapped[Withdrawable] = mapped_column(text_of(Withdrawable))
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    reason: Mapped[str]
    withdrawn_at: Mapped[datetime]
