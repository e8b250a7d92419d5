"""Proposed settlements and who has signed them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..base import Base
from .domain import SettlementState


class Settlement(Base):
    """The `number`-th proposal of a case. `hash` is that of `content`, which the parties in `signatories` must sign."""

    __tablename__ = "settlement"
    __table_args__ = (
        ForeignKeyConstraint(["partnership_id", "case_id"], ["case_file.partnership_id", "case_file.id"]),
        UniqueConstraint("partnership_id", "case_id", "number"),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    number: Mapped[int]
    state: Mapped[SettlementState]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    hash: Mapped[str]
    signatories: Mapped[list[str]] = mapped_column(JSONB)
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    proposed_at: Mapped[datetime]
    version: Mapped[int]
    signatures: Mapped[list["Signature"]] = relationship(order_by="Signature.signed_at", lazy="raise")

    @property
    def terms(self) -> Any:
        return self.content["terms"]

    @property
    def missing(self) -> list[str]:
        """The parties that have yet to sign."""
        signed = {str(signature.party_id) for signature in self.signatures}
        return [party for party in self.signatories if party not in signed]


class Signature(Base):
    """One party's signature: one for each settlement, by one of its members."""

    __tablename__ = "settlement_signature"
    __table_args__ = (
        ForeignKeyConstraint(["partnership_id", "settlement_id"], ["settlement.partnership_id", "settlement.id"]),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    settlement_id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    hash: Mapped[str]
    signed_at: Mapped[datetime]
