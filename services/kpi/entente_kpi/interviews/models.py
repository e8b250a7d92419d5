"""Coded interviews, which the database shows to their interviewer alone, and how many there are."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base


class Interview(Base):
    """`party_id` is whose person was interviewed; `number` counts that party's interviews from 1."""

    __tablename__ = "interview"
    __table_args__ = (Index("uq_interview_number", "partnership_id", "party_id", "number", unique=True),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID]
    number: Mapped[int]
    person_id: Mapped[UUID]
    held_at: Mapped[datetime]
    codes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy, never written


class InterviewCount(Base):
    """How many interviews of a party are recorded; its row lock orders them."""

    __tablename__ = "interview_count"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    recorded: Mapped[int]
