"""All goals of a partnership at once, with A3's roll-up in the view of all or of one party.

It is computed when it is read: what a leaf's transaction commits every ancestor shows from then on, and no writer waits for
another at the root. Ids come as text, and columns as arrays, since 10,000 rows cost more in objects than in figures. They come
in no order, as sorting them was a fifth of it; so two readings may differ in the last bit of a sum.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from .domain.rollup import Edges, RollUp, roll_up

_OWN = """
  FROM goal g
  LEFT JOIN objective o ON o.partnership_id = g.partnership_id AND o.id = g.objective_id AND o.active
  LEFT JOIN kpi_progress p ON p.partnership_id = o.partnership_id AND p.kpi_id = o.kpi_id AND p.objective_id = o.id
 WHERE g.partnership_id = :partnership_id AND NOT g.archived
"""
_FIGURES = ("id", "own")
_SHOWN = (*_FIGURES, "statement", "level", "measure", "objective_id", "owner_member_id", "due_at", "score")
_COLUMN = {
    "id": "g.id::text", "own": "coalesce(p.progress, g.score / 100.0::float8)", "objective_id": "g.objective_id::text",
    "owner_member_id": "g.owner_member_id::text",
}  # fmt: skip


def _columns(names: tuple[str, ...]) -> str:
    rows = ", ".join(f"{_COLUMN.get(name, f'g.{name}')} AS {name}" for name in names)
    return f"SELECT {', '.join(f'array_agg({name})' for name in names)} FROM (SELECT {rows} {_OWN}) AS goals"  # noqa: S608 - made of constants


_NODES = {names: text(_columns(names)) for names in (_FIGURES, _SHOWN)}
_EDGES = text("""
SELECT array_agg(parent_id::text), array_agg(child_id::text), array_agg(weight) FROM (
  SELECT e.parent_id, e.child_id, e.weight * coalesce(w.factor, 1) AS weight
    FROM goal_edge e
    LEFT JOIN goal_weight w ON w.partnership_id = e.partnership_id AND w.goal_id = e.child_id AND w.party_id = :party_id
   WHERE e.partnership_id = :partnership_id) AS edges
""")
_VERSION = text("""
SELECT (SELECT version FROM goal_forest WHERE partnership_id = :partnership_id),
       (SELECT sum(version) FROM kpi_progress WHERE partnership_id = :partnership_id),
       (SELECT sum(version) FROM objective WHERE partnership_id = :partnership_id)
""")


@dataclass(frozen=True)
class Forest:
    """Columns by name, rows by place; `parents`, `children` and `weights` are the edges, by id."""

    columns: dict[str, list[Any]]
    parents: list[str]
    children: list[str]
    weights: list[float]

    @cached_property
    def places(self) -> dict[str, int]:
        return {goal_id: place for place, goal_id in enumerate(self.columns["id"])}

    @cached_property
    def edges(self) -> Edges:
        places = self.places
        return Edges([places[one] for one in self.parents], [places[one] for one in self.children], self.weights)

    @cached_property
    def standing(self) -> RollUp:
        return roll_up(self.columns["own"], self.edges)

    def ancestors(self, goal_id: str) -> Iterator[int]:
        """Places of the goals that it serves, near ones first, each once."""
        above: dict[int, list[int]] = {}
        for parent, child in zip(self.edges.parents, self.edges.children, strict=True):
            above.setdefault(child, []).append(parent)
        seen = dict.fromkeys(above.get(self.places[goal_id], ()))
        queue = list(seen)
        for place in queue:
            yield place
            fresh = [parent for parent in above.get(place, ()) if parent not in seen]
            seen.update(dict.fromkeys(fresh))
            queue.extend(fresh)


async def load_forest(session: AsyncSession, partnership_id: UUID, party_id: UUID | None, *, shown: bool) -> Forest:
    """`party_id` None: by the agreed weights. `shown`: with all that a node shows, else with what the roll-up needs."""
    names = _SHOWN if shown else _FIGURES
    nodes = (await session.execute(_NODES[names], {"partnership_id": partnership_id})).one()
    asked = {"partnership_id": partnership_id, "party_id": party_id}
    edges = (await session.execute(_EDGES, asked)).one()
    return Forest({name: column or [] for name, column in zip(names, nodes, strict=True)}, *(e or [] for e in edges))


async def version_of(session: AsyncSession, partnership_id: UUID) -> str:
    """Another one whenever a goal, its weights, an objective or a progress is another."""
    found = (await session.execute(_VERSION, {"partnership_id": partnership_id})).one()
    return "-".join(str(part or 0) for part in found)
