"""Variance reviews with their findings and actions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from .domain import ReviewState


class VarianceReview(Base):
    """`version` counts its changes, for the ETag; the row is locked by whoever changes anything of the review."""

    __tablename__ = "variance_review"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime]
    state: Mapped[ReviewState]
    opened_by: Mapped[UUID]
    opened_at: Mapped[datetime]
    closed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    conclusion: Mapped[str | None]
    version: Mapped[int]


class VarianceFinding(Base):
    """What a KPI came to, as it was stored when the review was opened. `deviations` are those that stood in the period."""

    __tablename__ = "variance_finding"
    __table_args__ = (
        ForeignKeyConstraint(["partnership_id", "review_id"], ["variance_review.partnership_id", "variance_review.id"]),
        ForeignKeyConstraint(["partnership_id", "kpi_id"], ["kpi.partnership_id", "kpi.id"]),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    review_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime | None]
    value: Mapped[float | None]
    progress: Mapped[float | None]
    planned: Mapped[float | None]
    deviation: Mapped[float | None]
    change: Mapped[float | None]
    deviations: Mapped[list[str]] = mapped_column(JSONB)
    cause: Mapped[str | None]
    comment: Mapped[str | None]


class ReviewAction(Base):
    """What a member does about it by when; requested of objectives when the review is closed."""

    __tablename__ = "review_action"
    __table_args__ = (
        ForeignKeyConstraint(["partnership_id", "review_id"], ["variance_review.partnership_id", "variance_review.id"]),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    review_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    owner_member_id: Mapped[UUID]
    party_id: Mapped[UUID]
    due_at: Mapped[datetime]
    kpi_id: Mapped[UUID | None]
    objective_id: Mapped[UUID | None]
