"""What the names in a formula stand for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from entente_shared.errors import N_

from . import grammar, tree
from .errors import InvalidFormula

MOST_INPUTS = 20


@dataclass(frozen=True, slots=True)
class Definition:
    """`inputs` binds names to KPIs; `stale_after` says of some how old their last value may be."""

    formula: str
    inputs: Mapping[str, UUID]
    stale_after: Mapping[str, timedelta]


@dataclass(frozen=True, slots=True)
class Binding:
    """What a name in a formula stands for."""

    kpi_id: UUID
    stale_after: timedelta | None

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Binding":
        seconds = stored["stale_after"]
        return cls(UUID(stored["kpi_id"]), None if seconds is None else timedelta(seconds=seconds))

    def stored(self) -> dict[str, Any]:
        return {"kpi_id": str(self.kpi_id), "stale_after": self.stale_after and self.stale_after.total_seconds()}


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
