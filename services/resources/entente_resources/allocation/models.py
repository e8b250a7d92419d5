"""Allocations: one revision after the other, each whole."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base, text_of


class Cause(StrEnum):
    """Why there is a new revision."""

    COMPUTED = "computed"
    ADJUSTMENT = "adjustment"
    SETTLEMENT = "settlement"
    ROLLBACK = "rollback"


class Allocation(Base):
    __tablename__ = "allocation"
    __table_args__ = (Index("uq_allocation_revision", "partnership_id", "revision", unique=True),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    cause: Mapped[Cause] = mapped_column(text_of(Cause))
    adjustment_id: Mapped[UUID | None]
    certificate: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AllocationCell(Base):
    __tablename__ = "allocation_cell"
    __table_args__ = (
        ForeignKeyConstraint(["partnership_id", "allocation_id"], ["allocation.partnership_id", "allocation.id"]),
        ForeignKeyConstraint(["partnership_id", "need_id"], ["need.partnership_id", "need.id"]),
        ForeignKeyConstraint(["partnership_id", "resource_id"], ["resource.partnership_id", "resource.id"]),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    allocation_id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(primary_key=True)
    resource_id: Mapped[UUID] = mapped_column(primary_key=True)
    period: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[float]
