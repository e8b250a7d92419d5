"""The facts of a certificate, from the rounded cells of a solution."""

from collections.abc import Mapping
from uuid import UUID

import numpy as np

from .certificate import Binding, Certificate, PartyShare
from .moves import Floats
from .problem import Cells, Problem
from .result import RULE_VERSION, Row, RowKey, Solution

MOST_BINDING_SHOWN = 200
_TIGHT = 1e-6


def certify(problem: Problem, solution: Solution) -> Certificate:
    """The facts about the rounded cells of `solution`."""
    after, before = utilities(problem, solution.cells), utilities(problem, problem.previous)
    shares = tuple(
        PartyShare(
            party.id, party.weight, party.floor, before[party.id], after[party.id], after[party.id] / party.weight
        )
        for party in problem.parties
    )
    binding = sorted(_binding(problem, solution), key=lambda one: -one.price)
    return Certificate(
        rule_version=RULE_VERSION,
        method=solution.method.value,
        solver_gap=solution.gap,
        rounds=solution.rounds,
        parties=shares,
        jain=jain([share.weighted for share in shares]),
        envy=envy(problem, solution.cells),
        churn=churn(problem.previous, solution.cells),
        churn_budget=problem.churn_budget,
        gap=problem.goal.gap if problem.goal else None,
        effect=effect(problem, solution.cells) if problem.goal else None,
        binding=tuple(binding[:MOST_BINDING_SHOWN]),
        binding_count=len(binding),
    )


def worths(problem: Problem) -> dict[UUID, float]:
    """By need, what one unit in one period adds to its party's utility."""
    priorities: dict[UUID, float] = {}
    for need in problem.needs:
        priorities[need.party_id] = priorities.get(need.party_id, 0.0) + need.priority
    periods = max(problem.periods, 1)
    return {need.id: need.priority / (priorities[need.party_id] * periods * need.most) for need in problem.needs}


def utilities(problem: Problem, cells: Cells) -> dict[UUID, float]:
    """Each party's priority-weighted fulfilled share of its needs."""
    worth, owner = worths(problem), {need.id: need.party_id for need in problem.needs}
    total = {party.id: 0.0 for party in problem.parties}
    for (need_id, _, _), amount in cells.items():
        if need_id in owner:
            total[owner[need_id]] += worth[need_id] * amount
    return total


def jain(values: list[float]) -> float:
    """Jain's fairness index (1984): 1 where all are equal, 1/n where one has all."""
    squares = sum(value * value for value in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else 1.0


def envy(problem: Problem, cells: Cells) -> tuple[tuple[float, ...], ...]:
    """For parties p, q: what q's bundle would be worth to p, less what p's own is, each over its holder's weight.

    A bundle is worth to p each unit at the best of p's needs that may use it, at most 1 in all. That is an upper bound:
    a value of 0 or less proves that p does not envy q; one above 0 says that it may.
    """
    parties = {party.id: number for number, party in enumerate(problem.parties)}
    resources = {resource.id: number for number, resource in enumerate(problem.resources)}
    worth, owner = worths(problem), {need.id: parties[need.party_id] for need in problem.needs}
    best, held = (np.zeros((len(parties), len(resources))) for _ in range(2))
    for need in problem.needs:
        for resource in (resources[key] for key in need.resource_ids if key in resources):
            row = owner[need.id]
            best[row, resource] = max(best[row, resource], worth[need.id])
    for (need_id, resource_id, _), amount in cells.items():
        held[owner[need_id], resources[resource_id]] += amount
    weights: Floats = np.array([party.weight for party in problem.parties])
    own = utilities(problem, cells)
    values = np.minimum(1.0, best @ held.T) / weights[None, :]
    difference = values - np.array([own[party.id] for party in problem.parties])[:, None] / weights[:, None]
    np.fill_diagonal(difference, 0.0)
    return tuple(tuple(round(float(value), 9) for value in row) for row in difference)


def churn(before: Cells, after: Cells) -> float:
    return sum(abs(after.get(cell, 0.0) - before.get(cell, 0.0)) for cell in {*before, *after})


def effect(problem: Problem, cells: Cells) -> float:
    """What the levers are expected to do, in the KPI's unit."""
    effects: Mapping[tuple[UUID, UUID], float] = problem.goal.effects if problem.goal else {}
    moved = {*problem.previous, *cells}
    return sum(
        effects.get(cell[:2], 0.0) * (cells.get(cell, 0.0) - problem.previous.get(cell, 0.0))
        for cell in sorted(moved, key=str)
    )


def _binding(problem: Problem, solution: Solution) -> list[Binding]:
    """The tight constraints with the price of the first round in which they have one."""
    priced: dict[RowKey, tuple[float, int]] = {}
    for number, one in enumerate(solution.rounds):
        for key, price in one.prices.items():
            priced.setdefault(key, (price, number))
    tight = set(_tight(problem, solution.cells)) | {key for key in priced if key[0] in {Row.GOAL, Row.CHURN, Row.FLOOR}}
    return [Binding(*key, *priced.get(key, (0.0, None))) for key in sorted(tight, key=str)]


def _tight(problem: Problem, cells: Cells) -> list[RowKey]:
    """Capacities and needs that are used to their bound."""
    used: dict[tuple[UUID, int], float] = {}
    met: dict[tuple[UUID, int], float] = {}
    for (need_id, resource_id, period), amount in cells.items():
        used[resource_id, period] = used.get((resource_id, period), 0.0) + amount
        met[need_id, period] = met.get((need_id, period), 0.0) + amount
    rows: list[RowKey] = [
        (Row.CAPACITY, resource.id, period)
        for resource in problem.resources
        for period, capacity in enumerate(resource.capacity)
        if capacity > 0 and used.get((resource.id, period), 0.0) >= capacity - _TIGHT
    ]
    for need in problem.needs:
        for period in range(problem.periods):
            amount = met.get((need.id, period), 0.0)
            if amount >= need.most - _TIGHT:
                rows.append((Row.MOST, need.id, period))
            elif need.least > 0 and amount <= need.least + _TIGHT:
                rows.append((Row.LEAST, need.id, period))
    return rows
