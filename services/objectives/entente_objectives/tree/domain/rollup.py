"""A3's roll-up over a graph in which a goal may have several parents, and counts in each with that edge's weight."""

from collections.abc import Sequence
from dataclasses import dataclass

RULE_VERSION = "A3-rollup/1"


@dataclass(frozen=True, slots=True)
class Edges:
    """Places of parents and children, and the weight of the child in the parent: columns of the same length."""

    parents: Sequence[int]
    children: Sequence[int]
    weights: Sequence[float]


@dataclass(frozen=True, slots=True)
class RollUp:
    """For each goal, by its place; None where nothing below it has progress. All are ratios.

    `raw` may be below 0 or above 1. `clamped` is from 0 to 1: what one goal did beyond its target makes up for no other.
    `coverage` is the share of weight that has progress: 1 where all is known, 0 where nothing is.
    """

    raw: list[float | None]
    clamped: list[float | None]
    coverage: list[float]


def clamp(progress: float) -> float:
    return min(1.0, max(0.0, progress))


def roll_up(own: Sequence[float | None], edges: Edges) -> RollUp:
    """`sum(w*p)/sum(w)` over the children that have progress, from the leaves up, each edge once.

    `own` is the progress that a goal's own measure gives (None: none yet, or it has no measure): where there is one it
    stands, and the children only explain it. The edges form no circle. The sums are taken in one order for one input, so
    that the same tree has the same figures to the last bit.
    """
    size = len(own)
    raw: list[float | None] = [None] * size
    clamped: list[float | None] = [None] * size
    coverage = [0.0] * size
    first, following, waiting = _linked(size, edges)
    known, total, covered = [0.0] * size, [0.0] * size, [0.0] * size
    raw_sum, clamped_sum = [0.0] * size, [0.0] * size
    ready = [place for place in range(size) if not waiting[place]]
    for place in ready:  # grows while it is walked: a parent follows its last child
        here = own[place]
        if here is not None:
            raw[place], clamped[place], coverage[place] = here, clamp(here), 1.0
        elif known[place] > 0:
            raw[place], clamped[place] = raw_sum[place] / known[place], clamp(clamped_sum[place] / known[place])
            coverage[place] = covered[place] / total[place]
        here, bounded, share = raw[place], clamped[place], coverage[place]
        edge = first[place]
        while edge >= 0:
            parent, weight = edges.parents[edge], edges.weights[edge]
            total[parent] += weight
            if here is not None and bounded is not None:
                known[parent] += weight
                raw_sum[parent] += weight * here
                clamped_sum[parent] += weight * bounded
                covered[parent] += weight * share
            waiting[parent] -= 1
            if not waiting[parent]:
                ready.append(parent)
            edge = following[edge]
    return RollUp(raw, clamped, coverage)


def _linked(size: int, edges: Edges) -> tuple[list[int], list[int], list[int]]:
    """The edges above each goal as linked lists (first by goal, following by edge, -1 at the end), and its number of children.

    Plain figures, since tens of thousands of small lists and tuples would have the collector walk the whole process.
    """
    first, following, waiting = [-1] * size, [-1] * len(edges.parents), [0] * size
    for edge, child in enumerate(edges.children):
        following[edge] = first[child]
        first[child] = edge
    for parent in edges.parents:
        waiting[parent] += 1
    return first, following, waiting
