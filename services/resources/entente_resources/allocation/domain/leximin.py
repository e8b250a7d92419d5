"""Lexicographic max-min over weighted utilities, then the largest total, then least change.

Ogryczak, Willson 1998; Ogryczak, Sliwinski 2003 for the ordered outcomes.
"""

from typing import Any

import numpy as np

from .linear import Model
from .matrix import INF
from .moves import Floats
from .result import Method, Round

_SATURATED = 1e-6


class LostFeasibilityError(Exception):
    """A round had no solution though the one before had: its tolerance is too small for this problem's numbers."""


def solve(model: Model) -> tuple[Round, ...] | None:
    """Leave the fairest allocation in `model` and return its rounds, or None where no allocation is feasible.

    Raises LostFeasibilityError where `model` is to be built again with a larger tolerance.
    """
    if model.method is Method.MILP:
        levels = ordered_outcomes(model)
        return _ranked(model, levels) if levels is not None and _break_ties(model, levels) else None
    rounds = saturation(model)
    return tuple(rounds) if rounds is not None and _break_ties(model, rounds) else None


def saturation(model: Model) -> list[Round] | None:
    """Raise the level of all, fix whom the duals show to hold it down, and go on with the rest.

    A dual of `u_p / w_p >= z` above 0 proves that the party cannot rise. Their weighted sum is 1, so every round fixes at
    least one party. Where degeneracy hides that a party is saturated (its dual is 0), the next round settles it, and all
    others that are open, in one warm run that ends at the same level; no probe per party is needed.
    """
    parties = model.matrix.problem.parties
    rounds: list[Round] = []
    fixed: set[int] = set()
    while len(fixed) < len(parties):
        level = model.raise_level()
        if level is None:
            _no_further(rounds)
            return None
        duals = model.duals()
        saturated = [int(party) for party in np.flatnonzero(model.saturation(duals) > _SATURATED) if party not in fixed]
        for party in saturated:
            model.fix(party, level)
        fixed.update(saturated)
        rounds.append(Round(level, tuple(parties[party].id for party in saturated), model.prices(duals)))
    return rounds


def ordered_outcomes(model: Model) -> list[float] | None:
    """Maximise the sum of the k poorest weighted utilities for k = 1, 2, ...; returns the utilities, poorest first.

    Needed where resources are indivisible: there it may be that each of two parties can rise, yet not both, so that no
    one is saturated. The sum of the k poorest is the greatest `k t - sum_p max(0, t - u_p / w_p)`.
    """
    matrix = model.matrix
    model.bound_column(matrix.level_column, 0.0, 0.0)
    for party in range(matrix.party_count):
        model.bound_column(matrix.move_count + party, -INF, 0.0)
    sums = [0.0]
    for poorest in range(1, matrix.party_count + 1):
        first = _add_shortfalls(model)
        costs = np.concatenate([[-float(poorest)], np.ones(matrix.party_count)])
        if not model.minimise(costs, first):
            _no_further(sums[1:])
            return None
        sums.append(-model.objective)
        columns = list(range(first, first + len(costs)))
        model.add_row(model.held(sums[-1]), columns, list(-costs))
    return [float(step) / matrix.level_scale for step in np.diff(sums)]


def _no_further(rounds: list[Any]) -> None:
    """The first round may be infeasible, a later one only by rounding."""
    if rounds:
        raise LostFeasibilityError


def _add_shortfalls(model: Model) -> int:
    """Append a threshold t and each party's shortfall d_p >= t - u_p / w_p; a party's release stands for -u_p here."""
    matrix = model.matrix
    first = model.add_columns(np.concatenate([[-INF], np.zeros(matrix.party_count)]))
    for party, part in enumerate(matrix.level_part):
        columns = [first + 1 + party, first, matrix.move_count + party]
        model.add_row(0.0, columns, [float(part), -float(part), -1.0])
    return first


def _ranked(model: Model, levels: list[float]) -> tuple[Round, ...]:
    """Say which party stands at which level."""
    matrix = model.matrix
    utilities = np.zeros(matrix.party_count)
    np.add.at(utilities, matrix.moves.party, matrix.moves.worth * model.amounts)
    order = np.argsort(utilities / matrix.weights, kind="stable")
    parties = matrix.problem.parties
    return tuple(Round(level, (parties[party].id,)) for level, party in zip(levels, order, strict=True))


def _break_ties(model: Model, rounds: list[Any]) -> bool:
    """The largest sum of utilities, then the least churn; False where nothing is feasible at all."""
    matrix = model.matrix
    if not model.minimise(-matrix.utility_costs):
        _no_further(rounds)
        return False
    model.bound_row(matrix.total_row, model.held(-model.objective), INF)
    if minimise_churn(model) is None:
        raise LostFeasibilityError
    return True


def minimise_churn(model: Model) -> float | None:
    """The least churn that the model's conditions allow."""
    ones: Floats = np.ones(model.matrix.move_count)
    return model.objective + model.matrix.moves.lost if model.minimise(ones) else None
