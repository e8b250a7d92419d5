"""Grants to read a record, and each access under one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from entente_objectives.base import Base, text_of
from entente_objectives.clauses.domain import RecordKind


class AccessGrant(Base):
    """`party_id` (of `organisation_id`) grants its record `record_id`. The database shows it to that party and its readers."""

    __tablename__ = "access_grant"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
        Index("ix_access_grant_record_id", "partnership_id", "record_id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    record: Mapped[RecordKind] = mapped_column(text_of(RecordKind))
    record_id: Mapped[UUID]
    party_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    person_id: Mapped[UUID]
    purpose: Mapped[str]
    term: Mapped[str | None]
    granted_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]
    revocation: Mapped[str | None]
    version: Mapped[int] = mapped_column()
    readers: Mapped[list["GrantReader"]] = relationship(
        order_by="GrantReader.party_id", lazy="raise", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class GrantReader(Base):
    """A party that something was granted to. Each sees itself alone; the grantor sees all."""

    __tablename__ = "grant_reader"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "grant_id", "party_id"),
        ForeignKeyConstraint(["partnership_id", "grant_id"], ["access_grant.partnership_id", "access_grant.id"]),
        ForeignKeyConstraint(["partnership_id", "party_id"], ["party.partnership_id", "party.id"]),
    )

    partnership_id: Mapped[UUID]
    grant_id: Mapped[UUID]
    party_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    grantor_organisation_id: Mapped[UUID]


class GrantAccess(Base):
    """Somebody of a reader's party read the record. `person_id` is None where it was a system."""

    __tablename__ = "grant_access"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "id"),
        ForeignKeyConstraint(["partnership_id", "grant_id"], ["access_grant.partnership_id", "access_grant.id"]),
        Index("ix_grant_access_grant_id", "partnership_id", "grant_id", "id"),
    )

    partnership_id: Mapped[UUID]
    id: Mapped[UUID]
    grant_id: Mapped[UUID]
    party_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    grantor_organisation_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    purpose: Mapped[str]
    accessed_at: Mapped[datetime]
