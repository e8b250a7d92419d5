"""Mapping rules, and the revision of all rules of a partnership."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from .domain import PatternKind, Rule


class MappingRule(Base):
    __tablename__ = "mapping_rule"
    __table_args__ = (ForeignKeyConstraint(["partnership_id", "kpi_id"], ["kpi.partnership_id", "kpi.id"]),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID]
    name: Mapped[str]
    kind: Mapped[PatternKind]
    labels: Mapped[dict[str, str]] = mapped_column(JSONB)
    scale: Mapped[float]
    shift: Mapped[float]
    priority: Mapped[int]
    version: Mapped[int]
    principal: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    def rule(self) -> Rule:
        labels = tuple(sorted(self.labels.items()))
        return Rule(self.id, self.kpi_id, self.name, self.kind, labels, self.scale, self.shift, self.priority)


class MappingSet(Base):
    """Whoever changes a rule raises the revision first, which also makes writers take turns."""

    __tablename__ = "mapping_set"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
