"""When the counting began whose totals a KPI was given."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base


class CounterStart(Base):
    """A cumulative series began to count at `started_at`: a later start than before is a reset."""

    __tablename__ = "counter_start"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    name: Mapped[str]
    labels: Mapped[dict[str, str]] = mapped_column(JSONB)
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
