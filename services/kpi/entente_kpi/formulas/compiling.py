"""The KPIs that a formula's names stand for have to be there, and their units and cadences to fit it."""

from collections.abc import Mapping
from uuid import UUID

from entente_shared.errors import N_
from entente_shared.web import parse_duration

from ..evaluation.queries import Tracked
from ..units.domain import algebra as units
from .domain import checking, grammar, tree
from .domain.binding import Binding
from .domain.errors import InvalidFormula
from .queries import Defined

MOST_IN_WINDOW = 50_000


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
