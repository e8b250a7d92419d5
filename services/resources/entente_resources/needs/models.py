"""Needs, and which resources may meet them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..base import Base


class Need(Base):
    """Between `least` and `most` units in total per period."""

    __tablename__ = "need"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID]
    kpi_id: Mapped[UUID | None]
    name: Mapped[str]
    least: Mapped[float]
    most: Mapped[float]
    priority: Mapped[float]
    active: Mapped[bool]
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    eligible: Mapped[list["Eligible"]] = relationship(
        lazy="raise", order_by="Eligible.resource_id", cascade="all, delete-orphan"
    )

    @property
    def resource_ids(self) -> list[UUID]:
        return [each.resource_id for each in self.eligible]


class Eligible(Base):
    __tablename__ = "need_resource"
    __table_args__ = (
        ForeignKeyConstraint(["partnership_id", "need_id"], ["need.partnership_id", "need.id"]),
        ForeignKeyConstraint(["partnership_id", "resource_id"], ["resource.partnership_id", "resource.id"]),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(primary_key=True)
    resource_id: Mapped[UUID] = mapped_column(primary_key=True)
