"""Feedback on records."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of
from entente_objectives.visibility.domain import RecordKind
from entente_objectives.visibility.models import Narrowed


class Feedback(Narrowed, Base):
    """Given once and never changed: a person who thinks otherwise later gives it anew, which is what the trend shows."""

    __tablename__ = "feedback"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        Index("ix_feedback_subject", "partnership_id", "subject_id", "id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    subject_kind: Mapped[RecordKind] = mapped_column(text_of(RecordKind))
    subject_id: Mapped[UUID]
    rating: Mapped[int]
    text: Mapped[str]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    given_at: Mapped[datetime]
