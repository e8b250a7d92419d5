"""What the names in a formula stand for: KPIs, whose units and cadences have to fit it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from entente_shared.errors import N_
from entente_shared.web import parse_duration

from ..evaluation.queries import Tracked
from ..units.domain import algebra as units
from .domain import checking, grammar, tree
from .domain.errors import InvalidFormula
from .queries import Binding, Defined

MOST_INPUTS = 20
MOST_IN_WINDOW = 50_000


@dataclass(frozen=True, slots=True)
class Definition:
    """`inputs` binds names to KPIs; `stale_after` says of some how old their last value may be."""

    formula: str
    inputs: Mapping[str, UUID]
    stale_after: Mapping[str, timedelta]


def bind(definition: Definition, root: tree.Node) -> dict[str, Binding]:
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


def check_inputs(bindings: Mapping[str, Binding], tracked: Mapping[UUID, Tracked]) -> None:
    for name, binding in bindings.items():
        if binding.kpi_id not in tracked:
            raise InvalidFormula(
                N_("No KPI of this partnership has the id that {name} stands for."),
                pointer=f"/inputs/{name}",
                name=name,
            )


def check(root: tree.Node, inputs: Mapping[str, Tracked], derived: Tracked) -> tree.Node:
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


def compile_formula(defined: Defined, tracked: Mapping[UUID, Tracked]) -> tree.Node:
    """The tree to evaluate, by the units that the KPIs have now. Raises InvalidFormula."""
    inputs = {name: tracked[binding.kpi_id] for name, binding in defined.bindings.items()}
    return check(grammar.parse(defined.version.formula, parse_duration), inputs, tracked[defined.row.kpi_id])
