"""Series of reviews, each review with its agenda, its minutes and who confirmed them; and kpi's deviations."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base


class ReviewSeries(Base):
    """`made` counts the reviews so far; `next_at` is when the next one is, `notice` how long before it is made."""

    __tablename__ = "review_series"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id"], ["partnership.partnership_id"]),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    title: Mapped[str]
    rrule: Mapped[str]
    time_zone: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    notice: Mapped[timedelta]
    revision_every: Mapped[int]
    made: Mapped[int]
    next_at: Mapped[datetime | None]
    active: Mapped[bool]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class Review(Base):
    """`newest` counts the versions of its minutes, `confirmed` is the one that every party confirmed."""

    __tablename__ = "review"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "series_id"], ["review_series.partnership_id", "review_series.id"]),
        UniqueConstraint("partnership_id", "series_id", "number"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    series_id: Mapped[UUID]
    number: Mapped[int]
    title: Mapped[str]
    scheduled_at: Mapped[datetime]
    made_at: Mapped[datetime]
    agenda: Mapped[dict[str, Any]] = mapped_column(JSONB)
    held_at: Mapped[datetime | None]
    newest: Mapped[int]
    confirmed: Mapped[int | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class ReviewMinutes(Base):
    """A version of the minutes; `hash` is that of its text, attendance and actions."""

    __tablename__ = "review_minutes"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "review_id"], ["review.partnership_id", "review.id"]),
        UniqueConstraint("partnership_id", "review_id", "number"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    review_id: Mapped[UUID]
    number: Mapped[int]
    text: Mapped[str]
    attendance: Mapped[list[Any]] = mapped_column(JSONB)
    actions: Mapped[list[Any]] = mapped_column(JSONB)
    hash: Mapped[str]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    written_at: Mapped[datetime]


class ReviewConfirmation(Base):
    __tablename__ = "review_confirmation"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(
            ["partnership_id", "review_id", "number"],
            ["review_minutes.partnership_id", "review_minutes.review_id", "review_minutes.number"],
        ),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        UniqueConstraint("partnership_id", "review_id", "number", "party_id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    review_id: Mapped[UUID]
    number: Mapped[int]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    confirmed_at: Mapped[datetime]


class KnownDeviation(Base):
    """A projection of kpi's deviation_changed; `version` is the event's."""

    __tablename__ = "known_deviation"
    __table_args__ = (PrimaryKeyConstraint("partnership_id", "id"),)

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    kpi_id: Mapped[UUID]
    state: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    annulled: Mapped[bool]
    version: Mapped[int] = mapped_column()
