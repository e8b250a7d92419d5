"""Dissent that was put on the record after a vote."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from entente_objectives.base import Base


class RecordedDissent(Base):
    """What somebody who voted no, and lost, had to say. It is never changed."""

    __tablename__ = "dissent"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "decision_id", "person_id"),
        ForeignKeyConstraint(["partnership_id", "decision_id"], ["decision.partnership_id", "decision.id"]),
    )

    partnership_id: Mapped[UUID]
    decision_id: Mapped[UUID]
    person_id: Mapped[UUID]
    party_id: Mapped[UUID]
    reason: Mapped[str]
    recorded_at: Mapped[datetime]
