"""What the parties have agreed on, as far as conflicts need it. Projections of state events of objectives."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base


class Charter(Base):
    """The signed ladder: `ladder` holds `LadderLevel` bodies, lowest first."""

    __tablename__ = "charter"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    charter_version: Mapped[int]
    ladder: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    version: Mapped[int]


class Partnership(Base):
    """`parties` holds `Party` bodies: ids, names and weights."""

    __tablename__ = "partnership"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    parties: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    version: Mapped[int]


class Objective(Base):
    """What a case is titled after, and what a settlement may give a new baseline."""

    __tablename__ = "objective"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID]
    title: Mapped[str]
    active: Mapped[bool]
    version: Mapped[int]
