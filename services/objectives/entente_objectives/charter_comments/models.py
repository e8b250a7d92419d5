"""What parties say of a place in a version of the charter."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from entente_objectives.base import Base


class CharterComment(Base):
    """`path` is a path of `differences.domain`; empty for the whole text."""

    __tablename__ = "charter_comment"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(
            ["partnership_id", "number"], ["charter_version.partnership_id", "charter_version.number"]
        ),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        Index("ix_charter_comment_number", "partnership_id", "number"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    number: Mapped[int]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    path: Mapped[str]
    text: Mapped[str]
    made_at: Mapped[datetime]
