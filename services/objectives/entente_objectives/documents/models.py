"""Documents of a party."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of
from entente_objectives.clauses.domain import RecordVisibility


class PartyDocument(Base):
    """A titled text with a link. The database shows it to `organisation_id`; to others where it is shared, or where it is
    named and they state a purpose that it was granted to them for (`entente.purpose`).
    """

    __tablename__ = "party_document"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    party_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    person_id: Mapped[UUID]
    visibility: Mapped[RecordVisibility] = mapped_column(text_of(RecordVisibility))
    title: Mapped[str]
    text: Mapped[str]
    link: Mapped[str | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it
