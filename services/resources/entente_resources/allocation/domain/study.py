"""The questions that the service asks of the solver. Each answer has passed the checker."""

from dataclasses import dataclass, replace
from time import monotonic

from entente_shared.errors import N_

from . import checker, leximin
from .certificate import Certificate
from .certify import certify
from .infeasibility import explain
from .linear import TOLERANCE, Model
from .matrix import INF
from .problem import Cells, Problem
from .result import Infeasible, Method, ResultRefused, Row, Solution, SolverTrouble
from .rounding import to_units


@dataclass(frozen=True)
class Certified:
    """An allocation with the certificate that the checker accepted."""

    cells: Cells
    certificate: Certificate


@dataclass(frozen=True)
class Proposal:
    """Two allocations that meet the goal within the churn budget: the fairest, and the one that changes least."""

    fairest: Certified
    least_change: Certified


@dataclass(frozen=True)
class Broken:
    """Why given cells cannot stand."""

    reasons: tuple[str, ...]


def allocate(problem: Problem, seconds: float) -> Certified | Infeasible:
    """The fairest allocation (A8) under the problem's conditions."""
    deadline = monotonic() + seconds
    model = Model(problem, seconds)
    rounds = leximin.solve(model)
    if rounds is None:
        return explain(problem, deadline - monotonic())
    cells = to_units(model.matrix.moves, model.amounts)
    certificate = certify(problem, Solution(cells, rounds, model.method, model.gap))
    return _accepted(cells, certificate, checker.verify(problem, cells, certificate))


def propose(problem: Problem, seconds: float) -> Proposal | Infeasible:
    """The fairest allocation, and beside it the one of the least churn, of those the one of the largest total."""
    deadline = monotonic() + seconds
    fairest = allocate(problem, seconds)
    if isinstance(fairest, Infeasible):
        return fairest
    model = Model(problem, max(1.0, deadline - monotonic()))
    churn = leximin.minimise_churn(model)
    if churn is None:
        raise SolverTrouble(N_("The solver contradicts itself; ask again."))
    model.bound_row(model.matrix.first[Row.CHURN], -INF, model.matrix.churn_bound(churn) + TOLERANCE * max(1.0, churn))
    model.minimise(-model.matrix.utility_costs)
    cells = to_units(model.matrix.moves, model.amounts)
    certificate = certify(problem, Solution(cells, (), model.method, model.gap))
    return Proposal(fairest, _accepted(cells, certificate, checker.verify_facts(problem, cells, certificate)))


def settle(problem: Problem, cells: Cells) -> Certified | Broken:
    """Certify cells that people decided on, without a claim that they are the fairest."""
    if wrong := checker.broken_bounds(problem, cells):
        return Broken(tuple(wrong))
    certificate = certify(problem, Solution(cells, (), Method.GIVEN))
    wrong = checker.verify_facts(problem, cells, certificate)
    return Broken(tuple(wrong)) if wrong else Certified(cells, certificate)


def settle_near(problem: Problem, cells: Cells, seconds: float) -> Certified | Broken:
    """Certify the allocation that differs least from `cells` among those that can stand."""
    exact = settle(problem, cells)
    if isinstance(exact, Certified):
        return exact
    model = Model(replace(problem, previous=cells, churn_budget=None, goal=None), seconds)
    if leximin.minimise_churn(model) is None:
        return exact
    return settle(problem, to_units(model.matrix.moves, model.amounts))


def _accepted(cells: Cells, certificate: Certificate, wrong: list[str]) -> Certified:
    if wrong:
        raise ResultRefused(N_("The checker refused the computed allocation, so nothing was published."), wrong=wrong)
    return Certified(cells, certificate)
