"""Weak duality: prices that are not negative bound every level that any allocation could reach, whoever found them."""

from collections.abc import Iterable, Iterator
from uuid import UUID

import numpy as np
import numpy.typing as npt

from .problem import Problem
from .result import Prices, Round, Row

_RELATIVE = 1e-6
Floats = npt.NDArray[np.float64]


def unproven(problem: Problem, rounds: Iterable[Round]) -> Iterator[str]:
    """The rounds whose level, or whose parties' saturation, their prices do not prove."""
    ground = _Ground(problem)
    guaranteed = {party.id: party.floor for party in problem.parties}
    weights = {party.id: party.weight for party in problem.parties}
    open_parties = set(weights)
    for number, one in enumerate(rounds):
        holding = {
            key: one.prices.get((Row.PARTY, key, None), 0.0) * weights[key] for key in sorted(open_parties, key=str)
        }
        total = sum(holding.values())
        if min(one.prices.values(), default=-1.0) < 0 or total <= 0:
            yield f"round {number} carries no valid prices"
            return
        bound = (
            ground.bound(one.prices, {key: share / weights[key] for key, share in holding.items()}, guaranteed) / total
        )
        if bound > one.level + _RELATIVE * max(1.0, abs(one.level)):
            yield f"round {number} claims {one.level}, yet its prices allow {bound}"
        for party in one.parties:
            if holding.get(party, 0.0) <= 0:
                yield f"round {number} does not prove that party {party} cannot rise"
            guaranteed[party] = max(guaranteed[party], weights[party] * one.level)
        open_parties -= set(one.parties)


class _Ground:
    """The eligible cells of a problem as arrays, to price them quickly."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._resources = {resource.id: number for number, resource in enumerate(problem.resources)}
        self._needs = {need.id: number for number, need in enumerate(problem.needs)}
        self._parties = {party.id: number for number, party in enumerate(problem.parties)}
        priorities = {party.id: 0.0 for party in problem.parties}
        for need in problem.needs:
            priorities[need.party_id] += need.priority
        effects = problem.goal.effects if problem.goal else {}
        rows = [
            (
                self._needs[need.id],
                self._resources[key],
                period,
                self._parties[need.party_id],
                need.priority / (priorities[need.party_id] * need.most * problem.periods),
                effects.get((need.id, key), 0.0),
                min(capacity, need.most),
                problem.previous.get((need.id, key, period), 0.0),
            )
            for need in problem.needs
            for key in need.resource_ids
            if key in self._resources
            for period, capacity in enumerate(problem.resources[self._resources[key]].capacity)
            if capacity > 0
        ]  # fmt: skip - a cell's figures in two lines
        table = np.array(rows, dtype=np.float64).reshape(-1, 8)
        self._need, self._resource, self._period, self._party = (
            table[:, column].astype(np.intp) for column in range(4)
        )
        self._worth, self._effect, self._most, self._previous = (table[:, column] for column in range(4, 8))
        self._all_before = sum(problem.previous.values())
        self._effect_before = sum(effects.get(cell[:2], 0.0) * amount for cell, amount in problem.previous.items())

    def bound(self, prices: Prices, holding: dict[UUID, float], guaranteed: dict[UUID, float]) -> float:
        """The greatest `sum(holding * utility)` that the priced conditions leave possible."""
        problem = self._problem
        capacity, least, most = (np.zeros((count, problem.periods)) for count in self._shape())
        value = np.zeros(len(problem.parties))
        for party, price in holding.items():
            value[self._parties[party]] += price
        constant = 0.0
        for (kind, subject, period), price in prices.items():
            if kind is Row.CAPACITY and subject is not None:
                capacity[self._resources[subject], period] = price
                constant += price * problem.resources[self._resources[subject]].capacity[period or 0]
            elif kind in {Row.LEAST, Row.MOST} and subject is not None:
                need = problem.needs[self._needs[subject]]
                (least if kind is Row.LEAST else most)[self._needs[subject], period] = price
                constant += -price * need.least if kind is Row.LEAST else price * need.most
            elif kind is Row.FLOOR and subject is not None:
                value[self._parties[subject]] += price
                constant -= price * guaranteed[subject]
        gain = value[self._party] * self._worth - capacity[self._resource, self._period]
        gain += (least - most)[self._need, self._period]
        return constant + self._free_part(gain, prices)

    def _shape(self) -> tuple[int, int, int]:
        return len(self._problem.resources), len(self._problem.needs), len(self._problem.needs)

    def _free_part(self, gain: Floats, prices: Prices) -> float:
        """What the cells can add at best, each on its own: at 0, at its previous amount or at its most."""
        goal, budget = self._problem.goal, self._problem.churn_budget
        towards, dear = prices.get((Row.GOAL, None, None), 0.0), prices.get((Row.CHURN, None, None), 0.0)
        constant = 0.0
        if goal is not None:
            gain = gain + towards * goal.sign * self._effect
            constant -= towards * (abs(goal.gap) + goal.sign * self._effect_before)
        if budget is not None:
            constant += dear * (budget - (self._all_before - self._previous.sum()))
        kept = np.minimum(self._previous, self._most)
        options = [gain * amount - dear * np.abs(amount - self._previous) for amount in (0.0, kept, self._most)]
        return constant + float(np.max(options, axis=0).sum())
