"""The one HiGHS model that all rounds of an allocation share.

Between rounds only bounds and costs change, and so that the last basis stays feasible: the primal simplex goes on from it.
"""

from time import monotonic

import highspy
import numpy as np

from entente_shared.errors import N_

from .matrix import INF, Matrix
from .moves import Floats
from .problem import Problem
from .result import Method, Prices, Row, RowKey, SolverTrouble

_NOISE = 1e-9
_OPTIONS: dict[str, bool | float | str] = {
    "output_flag": False,
    "parallel": "off",
    "mip_rel_gap": 1e-7,
    "mip_abs_gap": 1e-7,
    "simplex_strategy": 4,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}
_MANY = 5_000  # columns, from where an interior point finds a first vertex sooner: 4 s against 45 s at 60,000
_SHARE_OF_TIME = 0.3  # of what is left, for one run of an integer programme: later rounds need time too


class Model:
    """A programme whose objective is set round by round. `seconds` bounds all its runs together.

    What a round has reached is held with `tolerance`, so that rounding does not make the next one infeasible.
    """

    def __init__(self, problem: Problem, seconds: float, tolerance: float = 1e-7) -> None:
        self.tolerance = tolerance
        self.matrix = matrix = Matrix(problem)
        self.method = Method.MILP if matrix.moves.whole.any() else Method.LP
        self.gap = 0.0
        self._deadline = monotonic() + seconds
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in _OPTIONS.items():
            self._highs.setOptionValue(option, value)
        if matrix.move_count > _MANY and not problem.previous:
            self._highs.setOptionValue("solver", "ipm")
        starts, columns, values = matrix.entries()
        lower, upper = matrix.column_bounds()
        whole = np.zeros(matrix.columns, dtype=np.int32)
        whole[: matrix.move_count] = matrix.moves.whole[matrix.moves.cell]
        self._highs.passModel(
            matrix.columns,
            matrix.rows,
            len(values),
            int(highspy.MatrixFormat.kRowwise),
            int(highspy.ObjSense.kMinimize),
            0.0,
            np.zeros(matrix.columns),
            lower,
            upper,
            *matrix.row_bounds(),
            starts,
            columns,
            values,
            whole,
        )  # fmt: skip - as passModel orders them

    def minimise(self, costs: Floats, first: int = 0) -> bool:
        """Minimise `costs` of the columns from `first` on, other columns costing nothing; False where nothing is feasible."""
        every = np.zeros(self._highs.getNumCol())
        every[first : first + len(costs)] = costs
        self._highs.changeColsCost(len(every), np.arange(len(every), dtype=np.int32), every)
        found = self._run()
        if found is None and monotonic() < self._deadline:
            self._highs.clearSolver()  # numerical trouble: drop the basis and solve cold
            found = self._run()
        if found is None:
            raise SolverTrouble(N_("The solver gave up; ask again, or with fewer needs, resources or periods."))
        return found

    def _run(self) -> bool | None:
        """Whether there is a solution; None where that is not known. An integer one that took too long keeps its gap."""
        left = max(0.01, self._deadline - monotonic())
        whole = self.method is Method.MILP
        limit = left * _SHARE_OF_TIME if whole else left
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + limit)  # it counts all runs of a model
        self._highs.run()
        self._highs.setOptionValue("solver", "choose")
        status, info = self._highs.getModelStatus(), self._highs.getInfo()
        if status == highspy.HighsModelStatus.kInfeasible:
            return False
        feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if whole and feasible:
            self.gap = max(self.gap, float(info.mip_gap))
        in_time = status == highspy.HighsModelStatus.kOptimal
        return True if in_time or (whole and feasible) else None

    @property
    def columns(self) -> Floats:
        return np.array(self._highs.getSolution().col_value)

    @property
    def amounts(self) -> Floats:
        """The allocation of each eligible cell."""
        return self.matrix.moves.amounts(self.columns[: self.matrix.move_count])

    @property
    def objective(self) -> float:
        return float(self._highs.getInfo().objective_function_value)

    def raise_level(self) -> float | None:
        """The greatest level that all parties not yet released can reach together, or None."""
        feasible = self.minimise(np.array([-1.0]), self.matrix.level_column)
        return -self.objective / self.matrix.level_scale if feasible else None

    def duals(self) -> Floats:
        return np.array(self._highs.getSolution().row_dual)

    def saturation(self, duals: Floats) -> Floats:
        """Each party's share in holding the level down; the shares of the unreleased add up to 1."""
        first = self.matrix.first
        shares: Floats = duals[first[Row.PARTY] : first[Row.FLOOR]] * self.matrix.level_part
        return shares

    def fix(self, party: int, level: float) -> None:
        """Guarantee a party its weighted utility, less a tolerance, and let the level rise without it."""
        matrix = self.matrix
        utility = max(matrix.problem.parties[party].floor, matrix.weights[party] * level)
        bound = (utility - matrix.utility_before[party]) * matrix.utility_scale[party]
        self.bound_row(matrix.first[Row.FLOOR] + party, self.held(bound), INF)
        self.bound_column(matrix.move_count + party, 0.0, INF)

    def held(self, bound: float) -> float:
        """A lower bound that holds what was reached. Whole units are found less exactly."""
        tolerance = self.tolerance * (100 if self.method is Method.MILP else 1)
        return bound - tolerance * max(1.0, abs(bound))

    def prices(self, duals: Floats) -> Prices:
        """The rows' duals in the problem's own units, those of 0 left out."""
        scale = np.ones(self.matrix.rows)
        first = self.matrix.first
        scale[first[Row.PARTY] : first[Row.FLOOR]] = scale[first[Row.FLOOR] : first[Row.GOAL]] = (
            self.matrix.utility_scale
        )
        scale[first[Row.GOAL]] = self.matrix.effect_scale
        prices = duals[: self.matrix.rows] * scale / self.matrix.level_scale
        noise = _NOISE * float(np.abs(prices).max(initial=0.0))
        return {
            self._key(int(row), prices[row]): abs(float(prices[row])) for row in np.flatnonzero(np.abs(prices) > noise)
        }

    def _key(self, row: int, price: float) -> RowKey:
        problem, first = self.matrix.problem, self.matrix.first
        kind = [kind for kind, start in first.items() if start <= row][-1]
        number = row - first[kind]
        if kind is Row.CAPACITY:
            return kind, problem.resources[number // problem.periods].id, number % problem.periods
        if kind is Row.MOST:
            kind = Row.LEAST if price > 0 else Row.MOST
            return kind, problem.needs[number // problem.periods].id, number % problem.periods
        return kind, problem.parties[number].id if kind in {Row.PARTY, Row.FLOOR} else None, None

    def bound_row(self, row: int, lower: float, upper: float) -> None:
        self._highs.changeRowBounds(row, lower, upper)

    def bound_column(self, column: int, lower: float, upper: float) -> None:
        self._highs.changeColBounds(column, lower, upper)

    def add_columns(self, lower: Floats) -> int:
        """Append free columns above `lower` and return the first one's number."""
        first, count, none = self._highs.getNumCol(), len(lower), np.zeros(0, dtype=np.int32)
        self._highs.addCols(count, np.zeros(count), lower, np.full(count, INF), 0, none, none, np.zeros(0))
        return int(first)

    def add_row(self, lower: float, columns: list[int], values: list[float]) -> int:
        """Append a row and return its number."""
        row = self._highs.getNumRow()
        self._highs.addRow(lower, INF, len(columns), np.array(columns, dtype=np.int32), np.array(values))
        return int(row)
