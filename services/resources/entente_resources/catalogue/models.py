"""Resources."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, Float, func
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base


class Resource(Base):
    """`capacity` is by period, from the next one on. `unit_value` and `currency` stand together or not at all."""

    __tablename__ = "resource"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID]
    name: Mapped[str]
    unit: Mapped[str]
    unit_value: Mapped[Decimal | None]
    currency: Mapped[str | None]
    indivisible: Mapped[bool]
    capacity: Mapped[list[float]] = mapped_column(ARRAY(Float(53)))
    active: Mapped[bool]
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
