"""Partnerships, the stages that they went through, their parties and their members."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, Exact, text_of

from .domain import ClockMode, Role, Stage


class Partnership(Base):
    __tablename__ = "partnership"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    clock: Mapped[ClockMode] = mapped_column(text_of(ClockMode))
    stage: Mapped[Stage] = mapped_column(text_of(Stage))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class StageEntry(Base):
    """A stage that was entered, by whom; nobody where the charter's last signature did it, or the partnership was formed."""

    __tablename__ = "stage_entry"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id"], ["partnership.partnership_id"]),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    stage: Mapped[Stage] = mapped_column(text_of(Stage))
    entered_at: Mapped[datetime]
    party_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    settlement_id: Mapped[UUID | None]


class Party(Base):
    __tablename__ = "party"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id"], ["partnership.partnership_id"]),
        UniqueConstraint("partnership_id", "organisation_id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    weight: Mapped[Decimal] = mapped_column(Exact())


class Member(Base):
    """A role that a person holds for a party; a person with two roles has two rows."""

    __tablename__ = "member"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        Index(
            "uq_member_role",
            "partnership_id",
            "person_id",
            "role",
            unique=True,
            postgresql_where=text("active"),
        ),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    party_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    person_id: Mapped[UUID]
    role: Mapped[Role] = mapped_column(text_of(Role))
    active: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it
