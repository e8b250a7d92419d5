"""Commitments: what a party will do by when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from entente_objectives.base import Base


class Commitment(Base):
    """It comes from the settlement of a case, or from a variance review, which says who of the party answers for it."""

    __tablename__ = "commitment"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    party_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    settlement_id: Mapped[UUID | None]
    review_id: Mapped[UUID | None]
    owner_member_id: Mapped[UUID | None]
    kpi_id: Mapped[UUID | None]
    objective_id: Mapped[UUID | None]
    what: Mapped[str]
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]
