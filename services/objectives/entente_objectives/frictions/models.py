"""What the revealed rounds found."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of

from .domain import Ground, Nature


class Friction(Base):
    """A friction zone or a synergy of two parties; its id follows from what it says, so that it is found once."""

    __tablename__ = "friction"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "round_id"], ["sealed_round.partnership_id", "sealed_round.id"]),
        ForeignKeyConstraint(["partnership_id", "first_party_id"], ["party.partnership_id", "party.id"]),
        ForeignKeyConstraint(["partnership_id", "second_party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    round_id: Mapped[UUID]
    nature: Mapped[Nature] = mapped_column(text_of(Nature))
    ground: Mapped[Ground] = mapped_column(text_of(Ground))
    subject: Mapped[str]
    aspect: Mapped[str]
    first_party_id: Mapped[UUID]
    second_party_id: Mapped[UUID]
    distance: Mapped[float]
    threshold: Mapped[float]
    rule_version: Mapped[str]
    found_at: Mapped[datetime]

    @property
    def parties(self) -> tuple[UUID, UUID]:
        return self.first_party_id, self.second_party_id
