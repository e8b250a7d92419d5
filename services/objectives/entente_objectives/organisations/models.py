"""Organisations and their persons. Names and addresses stand here and nowhere else."""

from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base


class Organisation(Base):
    __tablename__ = "organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]


class Person(Base):
    __tablename__ = "person"
    __table_args__ = (PrimaryKeyConstraint("organisation_id", "id"),)

    organisation_id: Mapped[UUID]
    id: Mapped[UUID] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str | None]
