"""The programme's rows and their scaling. A8's rounds change bounds and costs only; the coefficients stay.

Columns: the moves, a release per party (0 while its level is being raised), the level.
"""

from collections.abc import Iterator

import numpy as np

from .moves import Floats, Ints, Moves
from .problem import Problem
from .result import Row

INF = float("inf")


class Matrix:
    """Rows of utilities, of the goal and of the total are scaled to coefficients of at most 1, the level with them."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.moves = problem, Moves(problem)
        self.move_count, self.party_count = len(self.moves.cell), len(problem.parties)
        self.columns = self.move_count + self.party_count + 1
        self._lay_out_rows()
        self._scale()

    def _lay_out_rows(self) -> None:
        problem = self.problem
        sizes = {
            Row.CAPACITY: len(problem.resources) * problem.periods,
            Row.MOST: len(problem.needs) * problem.periods,
            Row.PARTY: self.party_count,
            Row.FLOOR: self.party_count,
            Row.GOAL: 1,
            Row.CHURN: 1,
        }
        self.first: dict[Row, int] = {}
        start = 0
        for kind, size in sizes.items():
            self.first[kind], start = start, start + size
        self.total_row, self.rows = start, start + 1

    def _scale(self) -> None:
        moves = self.moves
        largest = np.zeros(self.party_count)
        np.maximum.at(largest, moves.party, moves.worth)
        largest[largest == 0] = moves.worth.max(initial=0.0) or 1.0
        self.utility_scale: Floats = 1 / largest
        self.weights: Floats = np.array([party.weight for party in self.problem.parties])
        self.level_scale = float((self.weights * self.utility_scale).max(initial=1e-300))
        self.level_part: Floats = self.weights * self.utility_scale / self.level_scale
        self.effect_scale = 1 / (float(np.abs(moves.effect).max(initial=0.0)) or 1.0)
        self.total_scale = 1 / (float(moves.worth.max(initial=0.0)) or 1.0)
        self.utility_before: Floats = np.zeros(self.party_count)
        np.add.at(self.utility_before, moves.party, moves.worth * moves.previous)

    @property
    def goal_sign(self) -> float:
        return self.problem.goal.sign if self.problem.goal else 1.0

    @property
    def level_column(self) -> int:
        return self.columns - 1

    @property
    def utility_costs(self) -> Floats:
        """Per move, the scaled gain in the sum of utilities."""
        return self.moves.worth[self.moves.cell] * self.moves.sign * self.total_scale

    @property
    def effect_costs(self) -> Floats:
        """Per move, the scaled effect in the goal's direction."""
        return self.moves.effect[self.moves.cell] * self.moves.sign * (self.goal_sign * self.effect_scale)

    def entries(self) -> tuple[Ints, Ints, Floats]:
        """The coefficients as (starts of rows, columns, values)."""
        rows, columns, values = (np.concatenate(part) for part in zip(*self._blocks(), strict=True))
        order = np.argsort(rows, kind="stable")
        starts = np.searchsorted(rows[order], np.arange(self.rows)).astype(np.int32)
        return starts, columns[order].astype(np.int32), values[order]

    def _blocks(self) -> Iterator[tuple[Ints, Ints, Floats]]:
        moves, first, periods = self.moves, self.first, self.problem.periods
        columns = np.arange(self.move_count, dtype=np.int32)
        cell, sign = moves.cell, moves.sign
        party = moves.party[cell]
        utility = moves.worth[cell] * sign * self.utility_scale[party]
        yield first[Row.CAPACITY] + moves.resource[cell] * periods + moves.period[cell], columns, sign
        yield first[Row.MOST] + moves.need[cell] * periods + moves.period[cell], columns, sign
        yield first[Row.PARTY] + party, columns, utility
        yield first[Row.FLOOR] + party, columns, utility
        effective = np.flatnonzero(moves.effect[cell]).astype(np.int32)
        yield np.full(len(effective), first[Row.GOAL]), effective, self.effect_costs[effective]
        yield np.full(self.move_count, first[Row.CHURN]), columns, np.ones(self.move_count)
        yield np.full(self.move_count, self.total_row), columns, self.utility_costs
        parties = np.arange(self.party_count, dtype=np.int32)
        yield first[Row.PARTY] + parties, np.full(self.party_count, self.level_column), -self.level_part
        yield first[Row.PARTY] + parties, self.move_count + parties, np.ones(self.party_count)

    def row_bounds(self) -> tuple[Floats, Floats]:
        """Lower and upper bounds of the rows, less what the previous allocation already fills."""
        problem, moves, first, periods = self.problem, self.moves, self.first, self.problem.periods
        lower, upper, used = np.full(self.rows, -INF), np.full(self.rows, INF), np.zeros(self.rows)
        np.add.at(used, first[Row.CAPACITY] + moves.resource * periods + moves.period, moves.previous)
        np.add.at(used, first[Row.MOST] + moves.need * periods + moves.period, moves.previous)
        for number, resource in enumerate(problem.resources):
            at = first[Row.CAPACITY] + number * periods
            upper[at : at + len(resource.capacity)] = resource.capacity
        for number, need in enumerate(problem.needs):
            at = first[Row.MOST] + number * periods
            lower[at : at + periods], upper[at : at + periods] = need.least, need.most
        lower[first[Row.PARTY] : first[Row.FLOOR]] = -self.utility_before * self.utility_scale
        floors = np.array([party.floor or -INF for party in problem.parties])
        lower[first[Row.FLOOR] : first[Row.GOAL]] = (floors - self.utility_before) * self.utility_scale
        lower[first[Row.GOAL]], upper[first[Row.CHURN]] = self.goal_bound(), self.churn_bound(problem.churn_budget)
        return np.round(lower - used, 12), np.round(upper - used, 12)

    def column_bounds(self) -> tuple[Floats, Floats]:
        lower, upper = np.zeros(self.columns), np.zeros(self.columns)
        upper[: self.move_count] = self.moves.limit
        lower[-1], upper[-1] = -INF, INF
        return lower, upper

    def goal_bound(self) -> float:
        goal = self.problem.goal
        return -INF if goal is None else (abs(goal.gap) - goal.sign * self.moves.lost_effect) * self.effect_scale

    def churn_bound(self, budget: float | None) -> float:
        return INF if budget is None else budget - self.moves.lost
