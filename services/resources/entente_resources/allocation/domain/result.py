"""What a solution, or the proof that there is none, consists of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Problem, Unprocessable

from .problem import Cell

RULE_VERSION = "A8/1"


class Row(StrEnum):
    """The kinds of constraint. `PARTY` ties a party's weighted utility to the level that is being raised."""

    CAPACITY = "capacity"
    LEAST = "least"
    MOST = "most"
    PARTY = "party"
    FLOOR = "floor"
    GOAL = "goal"
    CHURN = "churn"


RowKey = tuple[Row, UUID | None, int | None]
"""A constraint: its kind, the resource, need or party that it is about, and the period."""

Prices = Mapping[RowKey, float]
"""Shadow prices: by how much the level would rise for one more unit of slack in a constraint (never negative)."""


class Method(StrEnum):
    """How cells came about: by linear or integer programming, or decided by people."""

    LP = "lp"
    MILP = "milp"
    GIVEN = "given"


class Reason(StrEnum):
    """Why there is no allocation."""

    LEAST = "least"
    FLOORS = "floors"
    LEVERS = "levers"
    CHURN_BUDGET = "churn_budget"


@dataclass(frozen=True)
class Round:
    """One step of the lexicographic maximum: no allocation lifts these parties above `level` without lowering poorer ones.

    A round of the linear programme carries the prices that prove it; one of the integer programme carries none.
    """

    level: float
    parties: tuple[UUID, ...]
    prices: Prices = field(default_factory=dict)


@dataclass(frozen=True)
class Solution:
    """`cells` are rounded to the smallest units; cells of 0 are left out. `gap` is the MILP's, relative."""

    cells: Mapping[Cell, float]
    rounds: tuple[Round, ...]
    method: Method
    gap: float = 0.0


@dataclass(frozen=True)
class Infeasible:
    """`best_effect` is the most that the levers can do within the churn budget, `churn_needed` the least budget that would do."""

    reason: Reason
    best_effect: float = 0.0
    shortfall: float = 0.0
    churn_needed: float | None = None


class SolverTrouble(Problem):
    """HiGHS found neither a solution nor that there is none, also from cold, or ran out of time."""

    status, slug, title = 503, "solver-trouble", N_("The allocation could not be computed")


class ResultRefused(Problem):
    """The checker refuses what the solver found; it is not published."""

    status, slug, title = 500, "result-refused", N_("The computed allocation did not pass its check")


class NoAllocation(Unprocessable):
    """No allocation meets what the parties ask for."""

    slug, title = "no-allocation", N_("No allocation meets all conditions")
