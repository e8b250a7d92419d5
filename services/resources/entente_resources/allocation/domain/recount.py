"""The checker's own count of utilities, churn, effect and envy, from the definitions alone."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from .problem import GRAIN, Cells, Problem


@dataclass(frozen=True)
class Recount:
    problem: Problem
    cells: Cells

    @cached_property
    def worth(self) -> dict[UUID, float]:
        """By need: its share of the party's priorities, spread over the units that would fulfil it in all periods."""
        claimed = {party.id: 0.0 for party in self.problem.parties}
        for need in self.problem.needs:
            claimed[need.party_id] += need.priority
        return {
            need.id: need.priority / claimed[need.party_id] / need.most / self.problem.periods
            for need in self.problem.needs
            if self.problem.periods
        }

    @cached_property
    def utilities(self) -> dict[UUID, float]:
        return self._utilities_of(self.cells)

    @cached_property
    def utilities_before(self) -> dict[UUID, float]:
        return self._utilities_of(self.problem.previous)

    def _utilities_of(self, cells: Cells) -> dict[UUID, float]:
        given = {need.id: 0.0 for need in self.problem.needs}
        for (need_id, _, _), amount in cells.items():
            if need_id in given:
                given[need_id] += amount
        totals = {party.id: 0.0 for party in self.problem.parties}
        for need in self.problem.needs:
            totals[need.party_id] += self.worth.get(need.id, 0.0) * given[need.id]
        return totals

    def met(self, need_id: UUID) -> list[float]:
        """What a need gets, by period."""
        totals = [0.0] * self.problem.periods
        for (need, _, period), amount in self.cells.items():
            if need == need_id and period < len(totals):
                totals[period] += amount
        return totals

    @cached_property
    def weighted(self) -> list[float]:
        return [self.utilities[party.id] / party.weight for party in self.problem.parties]

    @cached_property
    def jain(self) -> float:
        total_of_squares = sum(value * value for value in self.weighted)
        return sum(self.weighted) ** 2 / len(self.weighted) / total_of_squares if total_of_squares else 1.0

    @cached_property
    def churn(self) -> float:
        before, after = self.problem.previous, self.cells
        kept = sum(abs(amount - before.get(cell, 0.0)) for cell, amount in after.items())
        return kept + sum(amount for cell, amount in before.items() if cell not in after)

    @cached_property
    def effect(self) -> float:
        if self.problem.goal is None:
            return 0.0
        effects = self.problem.goal.effects
        gained = sum(effects.get((need, resource), 0.0) * amount for (need, resource, _), amount in self.cells.items())
        given_up = sum(effects.get(cell[:2], 0.0) * amount for cell, amount in self.problem.previous.items())
        return gained - given_up

    @cached_property
    def slack(self) -> dict[UUID, float]:
        """By party, the utility that rounding may cost: at most as many units as there are parties, and two."""
        units = GRAIN * (len(self.problem.parties) + 2)
        largest = {party.id: 0.0 for party in self.problem.parties}
        for need in self.problem.needs:
            largest[need.party_id] = max(largest[need.party_id], self.worth.get(need.id, 0.0))
        return {party_id: units * worth for party_id, worth in largest.items()}

    @cached_property
    def bundles(self) -> dict[UUID, dict[UUID, float]]:
        """By party, how much it holds of each resource in all periods together."""
        owner = {need.id: need.party_id for need in self.problem.needs}
        held: dict[UUID, dict[UUID, float]] = {party.id: {} for party in self.problem.parties}
        for (need_id, resource_id, _), amount in self.cells.items():
            bundle = held[owner[need_id]]
            bundle[resource_id] = bundle.get(resource_id, 0.0) + amount
        return held

    def envy_of(self, party_id: UUID) -> list[float]:
        """What each bundle would be worth to a party at most, less what its own is, each over its holder's weight."""
        best: dict[UUID, float] = {}
        for need in self.problem.needs:
            if need.party_id == party_id:
                for resource_id in need.resource_ids:
                    best[resource_id] = max(best.get(resource_id, 0.0), self.worth.get(need.id, 0.0))
        own = next(
            value for party, value in zip(self.problem.parties, self.weighted, strict=True) if party.id == party_id
        )
        return [
            0.0
            if party.id == party_id
            else min(1.0, sum(best.get(key, 0.0) * amount for key, amount in self.bundles[party.id].items()))
            / party.weight
            - own
            for party in self.problem.parties
        ]
