"""When each party was told of a decision's outcome."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from entente_objectives.base import Base


class DecisionNotice(Base):
    """One for each party that may veto. `person_id` confirmed its receipt at `received_at`."""

    __tablename__ = "decision_notice"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "decision_id", "party_id"),
        ForeignKeyConstraint(["partnership_id", "decision_id"], ["decision.partnership_id", "decision.id"]),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    decision_id: Mapped[UUID]
    party_id: Mapped[UUID]
    deemed_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    person_id: Mapped[UUID | None]
