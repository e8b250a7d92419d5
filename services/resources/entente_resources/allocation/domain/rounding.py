"""Rounding an allocation to the smallest units.

Capacities and the needs' least and most hold exactly afterwards: they form a transport problem per period, whose cells can
always be rounded up or down within integral bounds. The goal, the churn budget and the parties' utilities run across
periods; they hold as far as whole units allow, and the checker says by how many units they may be missed.
"""

import highspy
import numpy as np
import numpy.typing as npt

from .moves import Floats, Moves
from .problem import GRAIN, Cell
from .result import Row

_INF = highspy.kHighsInf
_SNAP = 1e-3
_FIRM, _SOFT = 1000.0, 1.0
_OPTIONS: dict[str, bool | float | str] = {
    "output_flag": False,
    "parallel": "off",
    "mip_rel_gap": 0.05,
    "time_limit": 1.0,
}


def to_units(moves: Moves, amounts: Floats) -> dict[Cell, float]:
    """The cells above 0 in their smallest units. `amounts` is feasible, with one entry per eligible cell."""
    grain = np.where(moves.whole, 1.0, GRAIN)
    units = amounts / grain
    rounded = np.rint(units)
    between = np.flatnonzero((np.abs(units - rounded) > _SNAP) & ~moves.whole)
    if len(between):
        rounded[between] = np.floor(units[between])
        rounded[between] += _Ups(moves, amounts, rounded * grain, between).choose()
    result = np.round(rounded * grain, 3)
    return {moves.cells[cell]: float(result[cell]) for cell in np.flatnonzero(result > 0)}


class _Ups:
    """Which of the cells that lie between two units go up: a small integer programme over those cells alone."""

    def __init__(self, moves: Moves, exact: Floats, base: Floats, between: npt.NDArray[np.intp]) -> None:
        self._moves, self._exact, self._base, self._between = moves, exact, base, between
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in _OPTIONS.items():
            self._highs.setOptionValue(option, value)
        count = len(between)
        none = np.zeros(0, dtype=np.int32)
        self._highs.addCols(
            count,
            -moves.worth[between] / moves.worth[between].max(),
            np.zeros(count),
            np.ones(count),
            0,
            none,
            none,
            np.zeros(0),
        )
        columns = np.arange(count, dtype=np.int32)
        self._highs.changeColsIntegrality(count, columns, np.full(count, highspy.HighsVarType.kInteger))

    def choose(self) -> Floats:
        self._bound_capacities_and_needs()
        self._hold_utilities()
        self._hold_goal_and_churn()
        self._highs.run()
        chosen = np.array(self._highs.getSolution().col_value)[: len(self._between)]
        rounded: Floats = np.rint(chosen)
        return rounded

    def _bound_capacities_and_needs(self) -> None:
        moves, problem = self._moves, self._moves.problem
        for kind, number in ((Row.CAPACITY, moves.resource), (Row.MOST, moves.need)):
            key = number * problem.periods + moves.period
            filled = np.bincount(key, self._base, minlength=int(key.max()) + 1)
            for row in np.unique(key[self._between]):
                columns = np.flatnonzero(key[self._between] == row)
                place, period = divmod(int(row), problem.periods)
                if kind is Row.CAPACITY:
                    least, most = 0.0, problem.resources[place].capacity[period]
                else:
                    least, most = problem.needs[place].least, problem.needs[place].most
                lower, upper = (float(np.rint((bound - filled[row]) / GRAIN)) for bound in (least, most))
                self._add_row(lower, upper, columns, np.ones(len(columns)))

    def _hold_utilities(self) -> None:
        """Each party keeps its utility, as near as can be; a guaranteed floor counts for more."""
        moves = self._moves
        exact = np.bincount(moves.party, moves.worth * self._exact, minlength=len(moves.problem.parties))
        base = np.bincount(moves.party, moves.worth * self._base, minlength=len(moves.problem.parties))
        for number in np.unique(moves.party[self._between]):
            columns = np.flatnonzero(moves.party[self._between] == number)
            worth = moves.worth[self._between[columns]] * GRAIN
            floored = exact[number] < moves.problem.parties[number].floor + 1e-6
            self._add_soft_row(float(exact[number] - base[number]), columns, worth, _FIRM if floored else _SOFT)

    def _hold_goal_and_churn(self) -> None:
        moves, problem = self._moves, self._moves.problem
        columns = np.arange(len(self._between))
        if problem.goal is not None:
            towards = moves.effect * problem.goal.sign
            reached = float(towards @ (self._base - moves.previous)) + problem.goal.sign * moves.lost_effect
            self._add_soft_row(abs(problem.goal.gap) - reached, columns, towards[self._between] * GRAIN, _FIRM)
        if problem.churn_budget is not None:
            used = float(np.abs(self._base - moves.previous).sum()) + moves.lost
            up = np.where(self._base[self._between] >= moves.previous[self._between] - GRAIN / 2, -GRAIN, GRAIN)
            self._add_soft_row(used - problem.churn_budget, columns, up, _FIRM)

    def _add_soft_row(self, lower: float, columns: npt.NDArray[np.intp], values: Floats, penalty: float) -> None:
        """`values @ up + slack >= lower`, where the slack is counted in the largest step of a unit and costs `penalty` each."""
        step = float(np.abs(values).max())
        if step == 0:
            return
        slack = self._highs.getNumCol()
        self._highs.addCol(penalty, 0.0, _INF, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        self._add_row(lower / step - _SNAP, _INF, np.append(columns, slack), np.append(values / step, 1.0))

    def _add_row(self, lower: float, upper: float, columns: npt.NDArray[np.intp], values: Floats) -> None:
        self._highs.addRow(float(lower), float(upper), len(columns), columns.astype(np.int32), values)
