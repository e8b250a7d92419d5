"""The register of benefits."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..attestation.domain import Standing, Visibility
from ..base import Base
from .domain import Kind


class Benefit(Base):
    """`party_id` claims it. `revision` counts its contents, `version` every change. The database shows a benefit that is
    not shared to `organisation_id` alone.
    """

    __tablename__ = "benefit"
    __table_args__ = (ForeignKeyConstraint(["partnership_id", "kpi_id"], ["kpi.partnership_id", "kpi.id"]),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    visibility: Mapped[Visibility]
    title: Mapped[str]
    description: Mapped[str]
    kind: Mapped[Kind]
    expected_amount: Mapped[Decimal | None]
    currency: Mapped[str | None]
    expected_score: Mapped[int | None]
    expected_at: Mapped[datetime]
    kpi_id: Mapped[UUID | None]
    objective_id: Mapped[UUID | None]
    standing: Mapped[Standing]
    revision: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column()
    shares: Mapped[list["BenefitShare"]] = relationship(
        order_by="BenefitShare.party_id", lazy="raise", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy, never written


class BenefitShare(Base):
    """A beneficiary's part, as a ratio; those of a benefit add up to 1."""

    __tablename__ = "benefit_share"
    __table_args__ = (ForeignKeyConstraint(["partnership_id", "benefit_id"], ["benefit.partnership_id", "benefit.id"]),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    benefit_id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    share: Mapped[Decimal]


class Realisation(Base):
    """What was had of a benefit at a time: a part of its amount, or where it stands by the rubric."""

    __tablename__ = "benefit_realisation"
    __table_args__ = (
        ForeignKeyConstraint(["partnership_id", "benefit_id"], ["benefit.partnership_id", "benefit.id"]),
        Index("ix_benefit_realisation_benefit_id", "partnership_id", "benefit_id", "id"),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    benefit_id: Mapped[UUID]
    at: Mapped[datetime]
    amount: Mapped[Decimal | None]
    score: Mapped[int | None]
    note: Mapped[str]
    standing: Mapped[Standing]
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy, never written
