"""Surveys, who answered, and what they answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base


class Survey(Base):
    """`results` are there when it is closed; they are a `perception.domain.Results`. `closed_by` None: by the clock."""

    __tablename__ = "survey"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID]
    title: Mapped[str]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    participation: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    results: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy, never written


class Respondent(Base):
    """That a person answered, for the party that they belonged to."""

    __tablename__ = "survey_respondent"
    __table_args__ = (ForeignKeyConstraint(["partnership_id", "survey_id"], ["survey.partnership_id", "survey.id"]),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    survey_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID]


class Sheet(Base):
    """What a person answered, which the database shows to that person alone; see `circle.confidence`."""

    __tablename__ = "survey_sheet"
    __table_args__ = (ForeignKeyConstraint(["partnership_id", "survey_id"], ["survey.partnership_id", "survey.id"]),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    survey_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID]
    answers: Mapped[dict[str, int]] = mapped_column(JSONB)
    answered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy, never written
