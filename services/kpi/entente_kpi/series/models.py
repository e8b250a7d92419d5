"""Stored samples, their rollups, and what corrections replaced.

A sample is in one row only, packed with others of its KPI (`domain.packing`): in `fresh` as it was pushed, until it is
compacted into `chunk`. There is no foreign key to the KPI: its track is locked by whoever writes here, and a check for each row
would cost ingest a fifth.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base


class _Samples:
    """`first_us` and `last_us` are microseconds since 1970. Two rows of a KPI never begin with the same sample."""

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_us: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    last_us: Mapped[int] = mapped_column(BigInteger)
    samples: Mapped[int]
    scale: Mapped[int]
    times: Mapped[bytes]
    values: Mapped[bytes]


class Fresh(_Samples, Base):
    """Samples of one KPI from one commit. They may lie between those of other rows."""

    __tablename__ = "fresh"


class Chunk(_Samples, Base):
    """Compacted samples: ordered, and no chunk of a KPI overlaps another."""

    __tablename__ = "chunk"


class Rollup(Base):
    """The compacted samples of one window (`span`) by bucket, see `domain.rollups`. Complete where it is there."""

    __tablename__ = "rollup"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(primary_key=True)
    span: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    buckets: Mapped[bytes]


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
