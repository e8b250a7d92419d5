"""Define formulas, and note which derived KPIs have to be computed again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.events import kpi as events
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import schedule
from entente_shared.web import parse_duration

from ..evaluation import queries as tracks
from ..ingest.domain import EARLIEST
from . import queries
from .compiling import check, check_inputs
from .domain import grammar, graph
from .domain.binding import Binding, Definition, bind
from .domain.errors import FormulaCycle, HasOwnSamples, InvalidFormula
from .models import Formula, FormulaGraph, FormulaInput, FormulaVersion

TIMER = "formula"
MOST_FORMULAS = 500

_MARK = text(
    """
INSERT INTO formula_due (partnership_id, kpi_id, since, until, input_id)
SELECT :partnership_id, formula_input.kpi_id, given.since, given.until, given.input_id
  FROM formula_input
  JOIN unnest(CAST(:kpis AS uuid[]), CAST(:since AS timestamptz[]), CAST(:until AS timestamptz[]))
    AS given (input_id, since, until) USING (input_id)
 WHERE formula_input.partnership_id = :partnership_id
RETURNING now()
"""
)
_OWE = text(
    """
INSERT INTO formula_due (partnership_id, kpi_id, since, until)
VALUES (:partnership_id, :kpi_id, :since, :until) RETURNING now()
"""
)


async def mark_changed(
    session: AsyncSession,
    partnership_id: UUID,
    since: Mapping[UUID, datetime],
    until: Mapping[UUID, datetime] | None = None,
) -> None:
    """Samples of these KPIs have changed from these times on: what is derived from them is computed again, later.

    Called in the transaction that stores the samples. One statement, which adds nothing where no formula has them.
    `until` gives the last changed time of each: without it a late sample costs the computation of all that is later.
    """
    lasts = [until and until[kpi_id] for kpi_id in since]
    parameters = {"partnership_id": partnership_id, "kpis": list(since), "since": list(since.values()), "until": lasts}
    marked = (await session.execute(_MARK, parameters)).first()
    if marked is not None:
        await wake(session, partnership_id, marked[0])


async def wake(session: AsyncSession, partnership_id: UUID, at: datetime) -> None:
    """Have what is due computed. Each timer is a row of its own, so that nobody waits for one that is being handled."""
    await schedule(session, TIMER, partnership_id, new_id(), at, wall=True)


async def set_formula(
    session: AsyncSession,
    partnership_id: UUID,
    kpi_id: UUID,
    principal: str,
    definition: Definition,
    check_version: Callable[[int], None],
) -> None:
    """Make a KPI derived, or change its formula: all of it is computed again.

    `check_version` gets the present version (0: none) and raises where the caller has seen another. Raises
    InvalidFormula, FormulaCycle and HasOwnSamples.
    """
    await _lock_graph(session, partnership_id)
    row = await session.get(Formula, (partnership_id, kpi_id))
    check_version(row.version if row else 0)
    root = grammar.parse(definition.formula, parse_duration)
    bindings = bind(definition, root)
    used = {binding.kpi_id for binding in bindings.values()}
    tracked = {each.kpi.id: each for each in await tracks.lock(session, partnership_id, {kpi_id, *used})}
    check_inputs(bindings, tracked)
    check(root, {name: tracked[each.kpi_id] for name, each in bindings.items()}, tracked[kpi_id])
    if row is None and tracked[kpi_id].track.latest_at is not None:
        raise HasOwnSamples(N_("Samples of this KPI were pushed already; define another KPI for what is computed."))
    await _check_graph(session, partnership_id, kpi_id, used)
    await _write(session, partnership_id, kpi_id, principal, definition.formula, bindings, row)
    for each in tracked.values():
        each.track.plan_version += 1


async def _lock_graph(session: AsyncSession, partnership_id: UUID) -> None:
    statement = upsert(FormulaGraph).values(partnership_id=partnership_id, version=1)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["partnership_id"], set_={"version": FormulaGraph.version + statement.excluded.version}
        )
    )


async def _check_graph(session: AsyncSession, partnership_id: UUID, kpi_id: UUID, used: set[UUID]) -> None:
    edges = await queries.load_edges(session, partnership_id)
    if kpi_id not in edges and len(edges) >= MOST_FORMULAS:
        raise InvalidFormula(N_("A partnership may have at most {most} derived KPIs."), most=MOST_FORMULAS)
    cycle = graph.find_cycle({**edges, kpi_id: used}, kpi_id)
    if cycle:
        names = {each.kpi.id: each.kpi.name for each in await tracks.read(session, partnership_id, cycle)}
        raise FormulaCycle(
            N_("The formula would close a circle: {cycle}. Leave one of these out."),
            pointer="/formula",
            cycle=" <- ".join(names[each] for each in cycle),
        )


async def _write(
    session: AsyncSession,
    partnership_id: UUID,
    kpi_id: UUID,
    principal: str,
    formula: str,
    bindings: Mapping[str, Binding],
    row: Formula | None,
) -> None:
    key = {"partnership_id": partnership_id, "kpi_id": kpi_id}
    version = row.version + 1 if row else 1
    if row is None:
        session.add(Formula(**key, version=version, problem=None))
    else:
        row.version, row.problem = version, None
    await session.flush()
    stored = {name: binding.stored() for name, binding in bindings.items()}
    session.add(FormulaVersion(**key, version=version, formula=formula, inputs=stored, changed_by=principal))
    await session.execute(delete(FormulaInput).filter_by(**key))
    used: Sequence[UUID] = sorted({binding.kpi_id for binding in bindings.values()}, key=lambda each: each.bytes)
    await session.execute(insert(FormulaInput), [{**key, "input_id": input_id} for input_id in used])
    inputs = {name: binding.kpi_id for name, binding in bindings.items()}
    publish(session, events.FormulaChanged(**key, formula=formula, inputs=inputs, version=version))
    await owe(session, partnership_id, kpi_id, EARLIEST)


async def owe(
    session: AsyncSession, partnership_id: UUID, kpi_id: UUID, since: datetime, until: datetime | None = None
) -> None:
    """A derived KPI has to be computed from `since` to before `until` (None: to the end)."""
    parameters = {"partnership_id": partnership_id, "kpi_id": kpi_id, "since": since, "until": until}
    await wake(session, partnership_id, (await session.execute(_OWE, parameters)).scalar_one())
