"""Quarantined series and samples. Each row is its organisation's alone: competitors share the partnership."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Identity, Index, LargeBinary, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from .domain import Reason


class QuarantineHolder(Base):
    """How much an organisation has in quarantine. The row is locked by whoever adds or takes away."""

    __tablename__ = "quarantine_holder"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    samples: Mapped[int]
    series: Mapped[int]


class QuarantinedSeries(Base):
    __tablename__ = "quarantined_series"
    __table_args__ = (
        Index("uq_quarantined_series_digest", "partnership_id", "organisation_id", "digest", unique=True),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[str]
    labels: Mapped[dict[str, str]] = mapped_column(JSONB)
    reason: Mapped[Reason]
    first_received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_received_at: Mapped[datetime] = mapped_column(server_default=func.now())


class QuarantinedSample(Base):
    """`position` is the order of arrival; a sample that comes again moves to the end, as it would in a KPI."""

    __tablename__ = "quarantined_sample"
    __table_args__ = (
        ForeignKeyConstraint(
            ["partnership_id", "series_id"], ["quarantined_series.partnership_id", "quarantined_series.id"]
        ),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    series_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    value: Mapped[float] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    correction: Mapped[bool]
    started_at: Mapped[datetime | None]
    principal: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    refused: Mapped[str | None]


class QuarantineDrop(Base):
    """What a person threw away, and why."""

    __tablename__ = "quarantine_drop"
    __table_args__ = (Index("ix_quarantine_drop_digest", "partnership_id", "organisation_id", "digest"),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[str]
    labels: Mapped[dict[str, str]] = mapped_column(JSONB)
    samples: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    because: Mapped[str]
    principal: Mapped[str]
    dropped_at: Mapped[datetime] = mapped_column(server_default=func.now())
