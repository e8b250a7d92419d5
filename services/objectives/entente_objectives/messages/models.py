"""Messages, and whom they reached."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKeyConstraint, Index, PrimaryKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from entente_objectives.base import Base, text_of
from entente_objectives.clauses.domain import MessageType, Urgency
from entente_objectives.visibility.models import About, Narrowed


class Message(Narrowed, About, Base):
    """Seen by the sender's party and the recipients'. `charter_version` is the charter whose protocol routed it."""

    __tablename__ = "message"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        Index("ix_message_urgency", "partnership_id", "urgency", "id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    type: Mapped[MessageType] = mapped_column(text_of(MessageType))
    urgency: Mapped[Urgency] = mapped_column(text_of(Urgency))
    title: Mapped[str]
    text: Mapped[str]
    channels: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    charter_version: Mapped[int | None]
    sent_at: Mapped[datetime]
    acknowledged: Mapped[int]
    version: Mapped[int] = mapped_column()
    recipients: Mapped[list["MessageRecipient"]] = relationship(order_by="MessageRecipient.member_id", lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class MessageRecipient(Base):
    """By whichever role of theirs came first; a person is told once."""

    __tablename__ = "message_recipient"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "message_id", "person_id"),
        ForeignKeyConstraint(["partnership_id", "message_id"], ["message.partnership_id", "message.id"]),
        ForeignKeyConstraint(["partnership_id", "member_id"], ["member.partnership_id", "member.id"]),
        Index("ix_message_recipient_person_id", "partnership_id", "person_id", "message_id"),
    )

    partnership_id: Mapped[UUID]
    message_id: Mapped[UUID]
    person_id: Mapped[UUID]
    member_id: Mapped[UUID]
    party_id: Mapped[UUID]
    acknowledged_at: Mapped[datetime | None]
