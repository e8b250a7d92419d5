"""The questions that the service asks of the solver. Each answer has passed the checker."""

from dataclasses import replace
from time import monotonic

from entente_shared.errors import N_

from . import checker, leximin
from .answers import Broken, Certified, Proposal
from .certificate import Certificate
from .certify import certify
from .infeasibility import explain
from .linear import Model
from .matrix import INF
from .problem import Cells, Problem
from .recount import Recount
from .result import Infeasible, Method, ResultRefused, Round, Row, Solution, SolverTrouble
from .rounding import to_units

_TOLERANCES = (1e-7, 1e-5)


def allocate(problem: Problem, seconds: float) -> Certified | Infeasible:
    """The fairest allocation (A8) under the problem's conditions."""
    deadline = monotonic() + seconds
    model, rounds = _solve(problem, deadline)
    if rounds is None:
        return explain(problem, deadline - monotonic())
    cells = to_units(model.matrix.moves, model.amounts)
    certificate = certify(problem, Solution(cells, rounds, model.method, model.gap))
    return _accepted(cells, certificate, checker.verify(problem, cells, certificate))


def _solve(problem: Problem, deadline: float) -> tuple[Model, tuple[Round, ...] | None]:
    for tolerance in _TOLERANCES:
        model = Model(problem, deadline - monotonic(), tolerance)
        try:
            return model, leximin.solve(model)
        except leximin.LostFeasibilityError:
            continue
    raise SolverTrouble(N_("The solver lost its way between two rounds; give rounder figures."))


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
    model.bound_row(model.matrix.first[Row.CHURN], -INF, -model.held(-model.matrix.churn_bound(churn)))
    model.minimise(-model.matrix.utility_costs)
    cells = to_units(model.matrix.moves, model.amounts)
    certificate = certify(problem, Solution(cells, (), model.method, model.gap))
    return Proposal(fairest, _accepted(cells, certificate, checker.verify_facts(problem, cells, certificate)))


def settle(problem: Problem, cells: Cells) -> Certified | Broken:
    """Certify cells that people decided on, without a claim that they are the fairest.

    A need's least and a party's floor that the previous allocation misses already are not held against them.
    """
    before = Recount(problem, problem.previous)
    needs = (replace(need, least=min([need.least, *before.met(need.id)])) for need in problem.needs)
    parties = (replace(party, floor=min(party.floor, before.utilities[party.id])) for party in problem.parties)
    return _settle(problem, replace(problem, needs=tuple(needs), parties=tuple(parties)), cells)


def settle_near(problem: Problem, cells: Cells, seconds: float) -> Certified:
    """Certify `cells`, or what differs least from them and fits the capacities and the needs' most."""
    exact = settle(problem, cells)
    if isinstance(exact, Certified):
        return exact
    needs = tuple(replace(need, least=0.0) for need in problem.needs)
    parties = tuple(replace(party, floor=0.0) for party in problem.parties)
    fitting = replace(problem, needs=needs, parties=parties)
    model = Model(replace(fitting, previous=cells, churn_budget=None, goal=None), seconds)
    if leximin.minimise_churn(model) is None:
        raise SolverTrouble(N_("The solver contradicts itself; ask again."))
    near = _settle(problem, fitting, to_units(model.matrix.moves, model.amounts))
    if isinstance(near, Broken):
        raise ResultRefused(
            N_("The checker refused the computed allocation, so nothing was published."), wrong=near.reasons
        )
    return near


def _settle(problem: Problem, held: Problem, cells: Cells) -> Certified | Broken:
    """Check `cells` against the promises of `held`, and certify them with the floors of `problem`."""
    if wrong := checker.broken_bounds(held, cells):
        return Broken(tuple(wrong))
    certificate = certify(held, Solution(cells, (), Method.GIVEN))
    if wrong := checker.verify_facts(held, cells, certificate):
        return Broken(tuple(wrong))
    shares = (
        replace(share, floor=party.floor) for share, party in zip(certificate.parties, problem.parties, strict=True)
    )
    return Certified(cells, replace(certificate, parties=tuple(shares)))


def _accepted(cells: Cells, certificate: Certificate, wrong: list[str]) -> Certified:
    if wrong:
        raise ResultRefused(N_("The checker refused the computed allocation, so nothing was published."), wrong=wrong)
    return Certified(cells, certificate)
