"""Formulas as they stand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, NotFound
from entente_shared.web import paginate

from .domain.binding import Binding
from .models import Formula, FormulaDue, FormulaGap, FormulaInput, FormulaVersion


class NoFormula(NotFound):
    slug = "no-formula"
    title = N_("This KPI is not derived")


@dataclass(frozen=True, slots=True)
class Defined:
    """The present formula of a KPI. `due_since`: from when on it is still to be computed."""

    row: Formula
    version: FormulaVersion
    due_since: datetime | None

    @property
    def bindings(self) -> dict[str, Binding]:
        return {name: Binding.read(stored) for name, stored in self.version.inputs.items()}


async def load_derived(session: AsyncSession, partnership_id: UUID, kpi_ids: Collection[UUID]) -> set[UUID]:
    """Which of these KPIs are derived. Exact for KPIs whose tracks the caller holds."""
    found = await session.scalars(
        select(Formula.kpi_id).where(Formula.partnership_id == partnership_id, Formula.kpi_id.in_(kpi_ids))
    )
    return set(found)


async def load_inputs(session: AsyncSession, partnership_id: UUID, kpi_ids: Collection[UUID]) -> set[UUID]:
    """Which of these KPIs are inputs of some formula. Exact for KPIs whose tracks the caller holds."""
    found = await session.scalars(
        select(FormulaInput.input_id).where(
            FormulaInput.partnership_id == partnership_id, FormulaInput.input_id.in_(kpi_ids)
        )
    )
    return set(found)


async def load(session: AsyncSession, partnership_id: UUID, kpi_ids: Collection[UUID]) -> list[Defined]:
    """By rising KPI; those that are not derived are left out."""
    due = (
        select(FormulaDue.kpi_id, func.min(FormulaDue.since).label("since"))
        .where(FormulaDue.partnership_id == partnership_id)
        .group_by(FormulaDue.kpi_id)
        .subquery()
    )
    same = (FormulaVersion.partnership_id == Formula.partnership_id) & (FormulaVersion.kpi_id == Formula.kpi_id)
    rows = await session.execute(
        select(Formula, FormulaVersion, due.c.since)
        .join(FormulaVersion, same & (FormulaVersion.version == Formula.version))
        .outerjoin(due, due.c.kpi_id == Formula.kpi_id)
        .where(Formula.partnership_id == partnership_id, Formula.kpi_id.in_(kpi_ids))
        .order_by(Formula.kpi_id)
    )
    return [Defined(*row) for row in rows]


async def get(session: AsyncSession, partnership_id: UUID, kpi_id: UUID) -> Defined:
    found = await load(session, partnership_id, [kpi_id])
    if not found:
        raise NoFormula(N_("Its samples are pushed. PUT .../kpis/{{kpi_id}}/formula makes it a derived one."))
    return found[0]


async def list_formulas(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Defined], str | None]:
    """One page by rising KPI, and the next cursor."""
    of_partnership = select(Formula).where(Formula.partnership_id == partnership_id)
    page, next_cursor = await paginate(session, of_partnership, Formula.kpi_id, cursor, limit)
    return await load(session, partnership_id, [row.kpi_id for row in page]), next_cursor


async def list_versions(
    session: AsyncSession, partnership_id: UUID, kpi_id: UUID, cursor: int | None, limit: int
) -> tuple[list[FormulaVersion], str | None]:
    """One page by falling version, and the next cursor."""
    statement = select(FormulaVersion).filter_by(partnership_id=partnership_id, kpi_id=kpi_id)
    if cursor is not None:
        statement = statement.where(FormulaVersion.version < cursor)
    rows = list(await session.scalars(statement.order_by(FormulaVersion.version.desc()).limit(limit + 1)))
    return rows[:limit], str(rows[limit - 1].version) if len(rows) > limit else None


async def list_gaps(
    session: AsyncSession, partnership_id: UUID, kpi_id: UUID, cursor: datetime | None, limit: int
) -> tuple[list[FormulaGap], str | None]:
    """One page by rising time, and the next cursor."""
    statement = select(FormulaGap).where(FormulaGap.partnership_id == partnership_id, FormulaGap.kpi_id == kpi_id)
    if cursor is not None:
        statement = statement.where(FormulaGap.at > cursor)
    rows = list(await session.scalars(statement.order_by(FormulaGap.at).limit(limit + 1)))
    more = len(rows) > limit
    return rows[:limit], rows[limit - 1].at.isoformat().replace("+00:00", "Z") if more else None


async def load_edges(session: AsyncSession, partnership_id: UUID) -> dict[UUID, set[UUID]]:
    """Every derived KPI of a partnership with its inputs."""
    rows = await session.execute(
        select(FormulaInput.kpi_id, FormulaInput.input_id).where(FormulaInput.partnership_id == partnership_id)
    )
    edges: dict[UUID, set[UUID]] = {}
    for kpi_id, input_id in rows:
        edges.setdefault(kpi_id, set()).add(input_id)
    return edges
