"""Secondments."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of

from .domain import Days, SecondmentState


class Secondment(Base):
    """`seconded_person_id` is an opaque id. `last_on` is its last day: `to_on`, or the day on which it was ended early.

    Who proposes one holds the lending party's row, so that no person is lent twice.
    """

    __tablename__ = "secondment"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "from_party_id"], ["party.partnership_id", "party.id"]),
        ForeignKeyConstraint(["partnership_id", "to_party_id"], ["party.partnership_id", "party.id"]),
        Index("ix_secondment_seconded_person_id", "partnership_id", "seconded_person_id", "id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    seconded_person_id: Mapped[UUID]
    from_party_id: Mapped[UUID]
    to_party_id: Mapped[UUID]
    from_on: Mapped[date]
    to_on: Mapped[date]
    last_on: Mapped[date]
    purpose: Mapped[str]
    state: Mapped[SecondmentState] = mapped_column(text_of(SecondmentState))
    lender_person_id: Mapped[UUID | None]
    borrower_person_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    proposed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    @property
    def days(self) -> Days:
        return Days(self.from_on, self.last_on)
