"""Every version of every definition, and who approved it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from .domain import VersionState


class KpiVersion(Base):
    """A definition as it was proposed; it is never changed. `definition` is `definitions.documents`' JSON."""

    __tablename__ = "kpi_version"
    __table_args__ = (ForeignKeyConstraint(["partnership_id", "kpi_id"], ["kpi.partnership_id", "kpi.id"]),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[VersionState]
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    changes: Mapped[list[str]] = mapped_column(JSONB)
    reason: Mapped[str | None]
    principal: Mapped[str]
    proposed_at: Mapped[datetime]
    effective_at: Mapped[datetime | None]
    refused_because: Mapped[str | None]
    refused_by: Mapped[UUID | None]


class KpiApproval(Base):
    """A party approved a version; `person_id` acted for it."""

    __tablename__ = "kpi_approval"
    __table_args__ = (
        ForeignKeyConstraint(
            ["partnership_id", "kpi_id", "number"],
            ["kpi_version.partnership_id", "kpi_version.kpi_id", "kpi_version.number"],
        ),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    approved_at: Mapped[datetime]
