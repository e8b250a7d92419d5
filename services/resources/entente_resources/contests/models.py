"""Contested samples, as this service needs them: a projection of kpi's state."""

from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base


class Contest(Base):
    """While one of a KPI is open, nothing is adjusted by itself on its account."""

    __tablename__ = "contest"
    __table_args__ = (Index("ix_contest_open", "partnership_id", "kpi_id", postgresql_where=text("open")),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID]
    open: Mapped[bool]
    version: Mapped[int]
