"""Which KPI is computed from which."""

from collections.abc import Collection, Mapping
from uuid import UUID

Edges = Mapping[UUID, Collection[UUID]]  # a derived KPI and its inputs


def find_cycle(edges: Edges, start: UUID) -> list[UUID] | None:
    """A way from `start` along inputs back to `start`, both ends included."""
    came_from: dict[UUID, UUID] = {}
    waiting = [start]
    while waiting:
        kpi_id = waiting.pop()
        for source in edges.get(kpi_id, ()):
            if source == start:
                way = [start, kpi_id]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return [start, *reversed(way[:-1])] if len(way) > 2 else way
            if source not in came_from:
                came_from[source] = kpi_id
                waiting.append(source)
    return None


def ancestors(edges: Edges, kpi_id: UUID) -> set[UUID]:
    """All that a KPI is computed from, directly or not."""
    found: set[UUID] = set()
    waiting = [kpi_id]
    while waiting:
        fresh = set(edges.get(waiting.pop(), ())) - found
        found |= fresh
        waiting.extend(fresh)
    return found


def next_due(edges: Edges, due: Collection[UUID]) -> UUID | None:
    """A due KPI none of whose ancestors is due: computed now, it needs not be computed again for what is known."""
    waiting = set(due)
    return next(
        (each for each in sorted(waiting, key=lambda one: one.bytes) if not ancestors(edges, each) & waiting), None
    )
