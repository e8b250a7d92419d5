"""Decisions with their frozen rules and electorate, and the votes in them."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from entente_objectives.base import Base, Exact, text_of
from entente_objectives.mandates.domain import Domain, Tier
from entente_objectives.voting.domain import Choice

from .domain import Status


class Decision(Base):
    """`mandated_tier` is what the amount asked for; `tier` decides, which is heavier where the former had no elector,
    or where `raised_by` says why.

    `correlation_id` is its saga's; `opened_event_id` is the event that its outcome is a consequence of.
    """

    __tablename__ = "decision"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        UniqueConstraint("partnership_id", "subject_kind", "subject_id"),
        ForeignKeyConstraint(["partnership_id", "committee_id"], ["committee.partnership_id", "committee.id"]),
        ForeignKeyConstraint(["partnership_id", "concerns_party_id"], ["party.partnership_id", "party.id"]),
        Index("ix_decision_taken_at", "partnership_id", "taken_at", "id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    subject_kind: Mapped[Domain] = mapped_column(text_of(Domain))
    subject_id: Mapped[UUID]
    concerns_party_id: Mapped[UUID | None]
    committee_id: Mapped[UUID | None]
    mandated_tier: Mapped[Tier] = mapped_column(text_of(Tier))
    tier: Mapped[Tier] = mapped_column(text_of(Tier))
    mandate: Mapped[dict[str, Any]] = mapped_column(JSONB)
    charter_version: Mapped[int]
    amount: Mapped[Decimal | None] = mapped_column(Exact())
    currency: Mapped[str | None]
    status: Mapped[Status] = mapped_column(text_of(Status))
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    veto_until: Mapped[datetime | None]
    passed_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    tally: Mapped[dict[str, Any]] = mapped_column(JSONB)
    veto_ground: Mapped[str | None]
    veto_reason: Mapped[str | None]
    veto_party_id: Mapped[UUID | None]
    veto_person_id: Mapped[UUID | None]
    raised_by: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    rule_version: Mapped[str]
    correlation_id: Mapped[UUID]
    opened_event_id: Mapped[UUID]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class DecisionElector(Base):
    """`voter_id` casts this elector's vote: another person of the party where it was delegated."""

    __tablename__ = "decision_elector"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "decision_id", "person_id"),
        ForeignKeyConstraint(["partnership_id", "decision_id"], ["decision.partnership_id", "decision.id"]),
    )

    partnership_id: Mapped[UUID]
    decision_id: Mapped[UUID]
    person_id: Mapped[UUID]
    voter_id: Mapped[UUID]
    member_id: Mapped[UUID]
    party_id: Mapped[UUID]
    party_weight: Mapped[Decimal] = mapped_column(Exact())


class Vote(Base):
    """An elector's vote, as `cast_by` cast it, that stands, or (`replaced_at`) that was replaced by another."""

    __tablename__ = "vote"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(
            ["partnership_id", "decision_id", "person_id"],
            ["decision_elector.partnership_id", "decision_elector.decision_id", "decision_elector.person_id"],
        ),
        Index(
            "uq_vote_standing",
            "partnership_id",
            "decision_id",
            "person_id",
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    decision_id: Mapped[UUID]
    person_id: Mapped[UUID]
    cast_by: Mapped[UUID]
    choice: Mapped[Choice] = mapped_column(text_of(Choice))
    reason: Mapped[str | None]
    at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
