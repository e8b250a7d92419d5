"""Formulas of derived KPIs, the graph that they make, and what has to be computed anew."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Identity, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base
from .domain.evaluation import Fault

_OF_KPI = (["partnership_id", "kpi_id"], ["kpi.partnership_id", "kpi.id"])


class FormulaGraph(Base):
    """One row per partnership, locked by whoever changes a formula or computes by one.

    So no two definitions close a cycle between them, and two workers do not compute over one another.
    """

    __tablename__ = "formula_graph"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]


class Formula(Base):
    """A KPI with a row here is derived. `problem` says why it cannot be computed, though it could when it was defined."""

    __tablename__ = "formula"
    __table_args__ = (ForeignKeyConstraint(*_OF_KPI),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    problem: Mapped[str | None]


class FormulaVersion(Base):
    """What a KPI was computed by. `inputs`: name -> {kpi_id, stale_after (seconds or null)}."""

    __tablename__ = "formula_version"
    __table_args__ = (ForeignKeyConstraint(["partnership_id", "kpi_id"], ["formula.partnership_id", "formula.kpi_id"]),)

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    formula: Mapped[str]
    inputs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class FormulaInput(Base):
    """An edge of the graph: the present formula of `kpi_id` mentions `input_id`."""

    __tablename__ = "formula_input"
    __table_args__ = (
        ForeignKeyConstraint(["partnership_id", "kpi_id"], ["formula.partnership_id", "formula.kpi_id"]),
        ForeignKeyConstraint(["partnership_id", "input_id"], ["kpi.partnership_id", "kpi.id"]),
        Index("ix_formula_input_input_id", "partnership_id", "input_id"),
    )

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID] = mapped_column(primary_key=True)
    input_id: Mapped[UUID] = mapped_column(primary_key=True)


class FormulaDue(Base):
    """A derived KPI has to be computed again.

    With `input_id`: because samples of that input from `since` to `until` (included; None: to the end) have changed.
    Without: from `since` to before `until`. Rows are only added, and removed by who computes: nobody who stores samples
    ever waits for one who computes.
    """

    __tablename__ = "formula_due"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    input_id: Mapped[UUID | None]


class FormulaGap(Base):
    """A time at which the formula has no value. `value_stands`: one that it had there before is still stored."""

    __tablename__ = "formula_gap"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    fault: Mapped[Fault]
    value_stands: Mapped[bool]
