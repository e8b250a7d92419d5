"""Why there is no allocation, and what would be needed for one."""

import math

from .leximin import minimise_churn
from .linear import Model
from .matrix import INF
from .problem import GRAIN, Problem
from .result import Infeasible, Reason, Row

_TOLERANCE = 1e-7


def explain(problem: Problem, seconds: float) -> Infeasible:
    """Put the conditions back one after the other: least needs, floors, levers, churn budget. The first that fails is named."""
    model = Model(problem, seconds)
    conditions = _Conditions(model)
    conditions.relax(Row.FLOOR, Row.GOAL, Row.CHURN)
    if not model.minimise(model.matrix.effect_costs * 0):
        return Infeasible(Reason.LEAST)
    conditions.restore(Row.FLOOR)
    if not model.minimise(model.matrix.effect_costs * 0):
        return Infeasible(Reason.FLOORS)
    gap = problem.goal.gap if problem.goal else 0.0
    best = _best_effect(model)
    if best is None or abs(gap) - best * _sign(gap) > _TOLERANCE * max(1.0, abs(gap)):
        return _short(Reason.LEVERS, gap, best or 0.0, None)
    conditions.restore(Row.GOAL)
    needed = minimise_churn(model)
    conditions.relax(Row.GOAL)
    conditions.restore(Row.CHURN)
    return _short(Reason.CHURN_BUDGET, gap, _best_effect(model) or 0.0, None if needed is None else _to_grain(needed))


def _to_grain(amount: float) -> float:
    return round(math.ceil(amount / GRAIN - 1e-6) * GRAIN, 3)


def _sign(gap: float) -> float:
    return -1.0 if gap < 0 else 1.0


def _best_effect(model: Model) -> float | None:
    """The most that the levers can do towards the goal under the conditions in force, in the KPI's unit and with its sign."""
    matrix = model.matrix
    if not model.minimise(-matrix.effect_costs):
        return None
    return -model.objective / matrix.effect_scale * matrix.goal_sign + matrix.moves.lost_effect


def _short(reason: Reason, gap: float, best: float, needed: float | None) -> Infeasible:
    return Infeasible(reason, best, max(0.0, abs(gap) - best * _sign(gap)), needed)


class _Conditions:
    """The rows that can be lifted and put back."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._lower, self._upper = model.matrix.row_bounds()

    def relax(self, *kinds: Row) -> None:
        for row in self._rows(kinds):
            self._model.bound_row(row, -INF, INF)

    def restore(self, *kinds: Row) -> None:
        for row in self._rows(kinds):
            self._model.bound_row(row, float(self._lower[row]), float(self._upper[row]))

    def _rows(self, kinds: tuple[Row, ...]) -> list[int]:
        first, count = self._model.matrix.first, self._model.matrix.party_count
        sizes = {Row.FLOOR: count, Row.GOAL: 1, Row.CHURN: 1}
        return [first[kind] + offset for kind in kinds for offset in range(sizes[kind])]
