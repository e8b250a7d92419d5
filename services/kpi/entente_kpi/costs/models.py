"""The register of costs."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from ..attestation.domain import Standing, Visibility
from ..base import Base
from .domain import Basis


class Cost(Base):
    """`party_id` bears it. The database shows a cost that is not shared to `organisation_id` alone."""

    __tablename__ = "cost"
    __table_args__ = (Index("ix_cost_party_id", "partnership_id", "party_id", "id"),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    visibility: Mapped[Visibility]
    title: Mapped[str]
    basis: Mapped[Basis]
    amount: Mapped[Decimal]
    currency: Mapped[str]
    at: Mapped[datetime]
    standing: Mapped[Standing]
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy, never written
