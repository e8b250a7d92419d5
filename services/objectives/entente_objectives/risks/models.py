"""The register of risks, each assessment of them, and what occurred."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, text_of

from .domain import Assessment, RiskLevel, RiskResponse, RiskStatus


class Risk(Base):
    """`owner_member_id` is the one accountable; `review_due_at` is when it has to be looked at again."""

    __tablename__ = "risk"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "owner_member_id"], ["member.partnership_id", "member.id"]),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    title: Mapped[str]
    description: Mapped[str | None]
    owner_member_id: Mapped[UUID]
    probability: Mapped[int]
    impact: Mapped[int]
    response: Mapped[RiskResponse] = mapped_column(text_of(RiskResponse))
    plan: Mapped[str | None]
    status: Mapped[RiskStatus] = mapped_column(text_of(RiskStatus))
    kpi_id: Mapped[UUID | None]
    objective_id: Mapped[UUID | None]
    review_due_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    @property
    def exposure(self) -> int:
        return Assessment(self.probability, self.impact).exposure

    @property
    def level(self) -> RiskLevel:
        return Assessment(self.probability, self.impact).level


class RiskReview(Base):
    """What a look at the risk came to; the first one is its entry into the register."""

    __tablename__ = "risk_review"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "risk_id"], ["risk.partnership_id", "risk.id"]),
        Index("ix_risk_review_risk_id", "partnership_id", "risk_id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    risk_id: Mapped[UUID]
    at: Mapped[datetime]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    owner_member_id: Mapped[UUID]
    probability: Mapped[int]
    impact: Mapped[int]
    response: Mapped[RiskResponse] = mapped_column(text_of(RiskResponse))
    plan: Mapped[str | None]
    status: Mapped[RiskStatus] = mapped_column(text_of(RiskStatus))
    review_due_at: Mapped[datetime]
    note: Mapped[str | None]


class RiskOccurrence(Base):
    __tablename__ = "risk_occurrence"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "risk_id"], ["risk.partnership_id", "risk.id"]),
        Index("ix_risk_occurrence_risk_id", "partnership_id", "risk_id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    risk_id: Mapped[UUID]
    occurred_at: Mapped[datetime]
    party_id: Mapped[UUID]
    person_id: Mapped[UUID]
    description: Mapped[str]
