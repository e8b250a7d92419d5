"""Recognitions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from entente_objectives.base import Base


class Recognition(Base):
    """To a member, to a party, or to everybody (neither). One that a milestone raised has no giver and no reason but it."""

    __tablename__ = "recognition"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "member_id"], ["member.partnership_id", "member.id"]),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        UniqueConstraint("partnership_id", "milestone_id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    title: Mapped[str]
    reason: Mapped[str | None]
    member_id: Mapped[UUID | None]
    party_id: Mapped[UUID | None]
    milestone_id: Mapped[UUID | None]
    given_by_party_id: Mapped[UUID | None]
    given_by_person_id: Mapped[UUID | None]
    given_at: Mapped[datetime]
