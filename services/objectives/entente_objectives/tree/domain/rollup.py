"""A3's roll-up over a graph in which a goal may have several parents, and counts in each with that edge's weight."""

from collections.abc import Sequence
from dataclasses import dataclass

RULE_VERSION = "A3-rollup/1"
Edge = tuple[int, int, float]
"""Places of parent and child, and the weight of the child in the parent."""


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


def roll_up(own: Sequence[float | None], edges: Sequence[Edge]) -> RollUp:
    """`sum(w*p)/sum(w)` over the children that have progress, from the leaves up, in one pass over the edges.

    `own` is the progress that a goal's own measure gives (None: none yet, or it has no measure): where there is one it
    stands, and the children only explain it. The edges form no circle. The sums are taken in the order of the edges'
    goals from below, which the same input always gives.
    """
    size = len(own)
    raw: list[float | None] = [None] * size
    clamped: list[float | None] = [None] * size
    coverage = [0.0] * size
    above: list[list[tuple[int, float]]] = [[] for _ in range(size)]
    waiting = [0] * size
    for parent, child, weight in edges:
        above[child].append((parent, weight))
        waiting[parent] += 1
    known, total, covered = [0.0] * size, [0.0] * size, [0.0] * size
    raw_sum, clamped_sum = [0.0] * size, [0.0] * size
    ready = [place for place in range(size) if not waiting[place]]
    for place in ready:  # grows while it is walked: a parent follows its last child
        measured = own[place]
        if measured is not None:
            raw[place], clamped[place], coverage[place] = measured, clamp(measured), 1.0
        elif known[place] > 0:
            raw[place], clamped[place] = raw_sum[place] / known[place], clamp(clamped_sum[place] / known[place])
            coverage[place] = covered[place] / total[place]
        here, bounded, share = raw[place], clamped[place], coverage[place]
        for parent, weight in above[place]:
            total[parent] += weight
            if here is not None and bounded is not None:
                known[parent] += weight
                raw_sum[parent] += weight * here
                clamped_sum[parent] += weight * bounded
                covered[parent] += weight * share
            waiting[parent] -= 1
            if not waiting[parent]:
                ready.append(parent)
    return RollUp(raw, clamped, coverage)
