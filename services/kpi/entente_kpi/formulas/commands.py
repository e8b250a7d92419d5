"""Define formulas, and note which derived KPIs have to be computed again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from ..evaluation.queries import Tracked
from ..ingest.domain import EARLIEST
from ..units.domain import algebra as units
from . import queries
from .domain import checking, grammar, graph, tree
from .domain.errors import FormulaCycle, HasOwnSamples, InvalidFormula
from .models import Formula, FormulaGraph, FormulaInput, FormulaVersion
from .queries import Binding

TIMER = "formula"
MOST_INPUTS = 20
MOST_IN_WINDOW = 50_000
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


@dataclass(frozen=True, slots=True)
class Definition:
    """`inputs` binds names to KPIs; `stale_after` says of some how old their last value may be."""

    formula: str
    inputs: Mapping[str, UUID]
    stale_after: Mapping[str, timedelta]


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
    bindings = _bind(definition, root)
    used = {binding.kpi_id for binding in bindings.values()}
    tracked = {each.kpi.id: each for each in await tracks.lock(session, partnership_id, {kpi_id, *used})}
    _check_inputs(bindings, tracked)
    _check(root, {name: tracked[each.kpi_id] for name, each in bindings.items()}, tracked[kpi_id])
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


def _bind(definition: Definition, root: tree.Node) -> dict[str, Binding]:
    """The names that the formula has, with the KPIs that they stand for; an id stands for itself."""
    mentioned = tree.names(root)
    if idle := sorted((set(definition.inputs) | set(definition.stale_after)) - mentioned):
        raise InvalidFormula(
            N_("The formula does not mention {name}; leave it out of inputs and stale_after."),
            pointer=f"/inputs/{idle[0]}",
            name=idle[0],
        )
    for name, age in definition.stale_after.items():
        if not timedelta(0) < age <= grammar.LONGEST_WINDOW:
            raise InvalidFormula(
                N_("{field} must be longer than zero, and at most 100 years."),
                pointer=f"/stale_after/{name}",
                field=f"stale_after.{name}",
            )
    bound = {**{name: UUID(name) for name in mentioned if "-" in name}, **definition.inputs}
    if not mentioned or len(bound) > MOST_INPUTS:
        raise InvalidFormula(
            N_("A formula needs at least one and at most {most} inputs."), pointer="/inputs", most=MOST_INPUTS
        )
    return {name: Binding(kpi_id, definition.stale_after.get(name)) for name, kpi_id in bound.items()}


def _check_inputs(bindings: Mapping[str, Binding], tracked: Mapping[UUID, Tracked]) -> None:
    for name, binding in bindings.items():
        if binding.kpi_id not in tracked:
            raise InvalidFormula(
                N_("No KPI of this partnership has the id that {name} stands for."),
                pointer=f"/inputs/{name}",
                name=name,
            )


def _check(root: tree.Node, inputs: Mapping[str, Tracked], derived: Tracked) -> tree.Node:
    """What `root` comes to in the derived KPI's unit."""
    for name, width in tree.windows(root).items():
        if name in inputs and width / inputs[name].kpi.cadence > MOST_IN_WINDOW:
            raise InvalidFormula(
                N_("The window over {name} would hold more than {most} samples; make it shorter."),
                pointer="/formula",
                name=name,
                most=MOST_IN_WINDOW,
            )
    known = {name: _unit(each, f"/inputs/{name}") for name, each in inputs.items()}
    return checking.check(root, known, _unit(derived, "/formula"))


def _unit(tracked: Tracked, pointer: str) -> units.Unit:
    try:
        return units.parse(tracked.kpi.unit)
    except units.NotUnderstood:
        raise InvalidFormula(
            N_(
                "The unit of the KPI {name} is not understood in formulas; units of UCUM without offset and ISO 4217 are."
            ),
            pointer=pointer,
            name=tracked.kpi.name,
        ) from None


def compile_formula(defined: queries.Defined, tracked: Mapping[UUID, Tracked]) -> tree.Node:
    """The tree to evaluate, by the units that the KPIs have now. Raises InvalidFormula."""
    inputs = {name: tracked[binding.kpi_id] for name, binding in defined.bindings.items()}
    return _check(grammar.parse(defined.version.formula, parse_duration), inputs, tracked[defined.row.kpi_id])


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
