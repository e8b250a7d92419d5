"""The columns of the programme: how each eligible cell may change from the previous allocation."""

import numpy as np
import numpy.typing as npt

from .problem import Cell, Problem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]


class Moves:
    """One column up per eligible (need, resource, period), and one down where something was allocated before.

    With x = previous + up - down, the churn is linear and needs no row per cell. Cells that were allocated and are no
    longer eligible fall to 0: `lost` is their churn, `lost_effect` their part in the levers' effect.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._list_cells()
        self._set_previous()
        self._set_coefficients()

    def _list_cells(self) -> None:
        problem = self.problem
        resources = {resource.id: index for index, resource in enumerate(problem.resources)}
        parties = {party.id: index for index, party in enumerate(problem.parties)}
        self.cells: list[Cell] = []
        pairs: list[tuple[int, int, int, int]] = []
        for n, need in enumerate(problem.needs):
            for r in (resources[key] for key in need.resource_ids if key in resources):
                resource = problem.resources[r]
                for period in (t for t, amount in enumerate(resource.capacity) if amount > 0):
                    self.cells.append((need.id, resource.id, period))
                    pairs.append((n, r, period, parties[need.party_id]))
        table = np.array(pairs, dtype=np.int32).reshape(-1, 4)
        self.need, self.resource, self.period, self.party = (table[:, column].copy() for column in range(4))

    def _set_previous(self) -> None:
        index = {cell: number for number, cell in enumerate(self.cells)}
        self.previous: Floats = np.zeros(len(self.cells))
        self.lost = self.lost_effect = 0.0
        effects = self.problem.goal.effects if self.problem.goal else {}
        for cell, amount in self.problem.previous.items():
            if cell in index:
                self.previous[index[cell]] = amount
            else:
                self.lost += amount
                self.lost_effect -= amount * effects.get(cell[:2], 0.0)
        down = np.flatnonzero(self.previous > 0).astype(np.int32)
        self.cell: Ints = np.concatenate([np.arange(len(self.cells), dtype=np.int32), down])
        self.sign: Floats = np.concatenate([np.ones(len(self.cells)), -np.ones(len(down))])
        self.limit: Floats = np.concatenate([np.full(len(self.cells), np.inf), self.previous[down]])

    def _set_coefficients(self) -> None:
        problem = self.problem
        parties = {party.id: index for index, party in enumerate(problem.parties)}
        priorities = np.zeros(len(problem.parties))
        for need in problem.needs:
            priorities[parties[need.party_id]] += need.priority
        worth = np.array(
            [
                need.priority / (priorities[parties[need.party_id]] * max(problem.periods, 1) * need.most)
                for need in problem.needs
            ]
        )
        effects = problem.goal.effects if problem.goal else {}
        self.worth: Floats = worth[self.need] if self.cells else np.zeros(0)
        self.effect: Floats = np.array([effects.get(cell[:2], 0.0) for cell in self.cells], dtype=np.float64)
        self.whole = np.array([resource.indivisible for resource in problem.resources], dtype=bool)[self.resource]

    def amounts(self, columns: Floats) -> Floats:
        """The allocation of each cell for the columns' values."""
        amounts = self.previous.copy()
        np.add.at(amounts, self.cell, self.sign * columns)
        return amounts
