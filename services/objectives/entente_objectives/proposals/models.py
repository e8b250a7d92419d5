"""What members proposed to decide on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from entente_objectives.base import Base


class Proposal(Base):
    """Its outcome is its decision's."""

    __tablename__ = "proposal"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "decision_id"], ["decision.partnership_id", "decision.id"]),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    decision_id: Mapped[UUID]
    title: Mapped[str]
    text: Mapped[str]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    proposed_at: Mapped[datetime]
