"""Stored samples, and what corrections replaced."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base


class Sample(Base):
    """One value of a KPI at one time.

    No foreign key to the KPI: its track is locked by whoever writes here, and a check for each row would halve ingest.
    """

    __tablename__ = "sample"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    value: Mapped[float]


class Correction(Base):
    """Who replaced which value of a sample, and when."""

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_kpi_id", "partnership_id", "kpi_id", "id"),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID]
    at: Mapped[datetime]
    replaced: Mapped[float]
    value: Mapped[float]
    principal: Mapped[str]
    corrected_at: Mapped[datetime] = mapped_column(server_default=func.now())
