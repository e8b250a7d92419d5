"""The levels that a case has been at."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from .domain import Reason


class CaseStep(Base):
    """The `step`-th level of a case, and why it was reached. `note` and `person_id` are those of a person who asked."""

    __tablename__ = "case_step"
    __table_args__ = (
        ForeignKeyConstraint(["partnership_id", "case_id"], ["case_file.partnership_id", "case_file.id"]),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[int]
    name: Mapped[str]
    reason: Mapped[Reason]
    note: Mapped[str | None]
    person_id: Mapped[UUID | None]
    reached_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
