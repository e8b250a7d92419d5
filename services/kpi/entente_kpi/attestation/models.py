"""What parties said of one another's claims."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from .domain import Opinion


class Verdict(Base):
    """The `number`-th on a subject: a benefit (in one `revision` of it), a realisation or a cost."""

    __tablename__ = "verdict"
    __table_args__ = (Index("uq_verdict_number", "partnership_id", "subject_id", "number", unique=True),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID]
    number: Mapped[int]
    revision: Mapped[int]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    opinion: Mapped[Opinion]
    reason: Mapped[str]
    at: Mapped[datetime]
