"""What the solver does when numbers fail it: it starts over, loosens what earlier rounds hold, and says so at last."""

from dataclasses import replace

import highspy
import pytest
from resources.problems import amounts, cell, goal, need, party, resource

from entente_resources.allocation.domain import checker, leximin, linear, study
from entente_resources.allocation.domain.answers import Certified
from entente_resources.allocation.domain.linear import Model
from entente_resources.allocation.domain.moves import Floats
from entente_resources.allocation.domain.problem import Cells, Problem
from entente_resources.allocation.domain.result import ResultRefused, SolverTrouble

SECONDS = 20.0
NEEDS = (need(0, 1, (0,), 10), need(1, 2, (1,), 10))
PROBLEM = Problem((party(1), party(2)), (resource(0, 1.0), resource(1, 4.0)), NEEDS)
WHOLE = replace(PROBLEM, resources=tuple(replace(one, indivisible=True) for one in PROBLEM.resources))
EXPECTED = {(0, 0, 0): 1.0, (1, 1, 0): 4.0}
churn = leximin.minimise_churn


def fail_runs(monkeypatch: pytest.MonkeyPatch, *failing: int, answer: bool | None = False) -> list[float]:
    """Let the given runs (from 0, in every model) answer what they should not; returns the tolerances of the models."""
    tolerances: list[float] = []
    counts: dict[int, int] = {}
    run, build = Model._run, Model.__init__

    def started(self: Model, problem: Problem, seconds: float, tolerance: float = 1e-7) -> None:
        tolerances.append(tolerance)
        build(self, problem, seconds, tolerance)

    def counted(self: Model) -> bool | None:
        number = counts[id(self)] = counts.get(id(self), -1) + 1
        found = run(self)
        return answer if number in failing and len(tolerances) == 1 else found

    monkeypatch.setattr(Model, "__init__", started)
    monkeypatch.setattr(Model, "_run", counted)
    return tolerances


@pytest.mark.parametrize("failing", [1, 2, 3])
@pytest.mark.parametrize("problem", [PROBLEM, WHOLE])
def test_a_round_that_loses_the_way_is_begun_again_with_a_larger_tolerance(
    monkeypatch: pytest.MonkeyPatch, problem: Problem, failing: int
) -> None:
    tolerances = fail_runs(monkeypatch, failing)
    found = study.allocate(problem, SECONDS)
    assert isinstance(found, Certified)
    assert amounts(found.cells) == EXPECTED
    assert tolerances == [1e-7, 1e-5]


def test_where_no_tolerance_helps_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(model: Model) -> None:
        raise leximin.LostFeasibilityError

    monkeypatch.setattr(leximin, "solve", lose)
    with pytest.raises(SolverTrouble):
        study.allocate(PROBLEM, SECONDS)


def test_numerical_trouble_drops_the_basis_and_solves_cold(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_runs(monkeypatch, 1, answer=None)
    found = study.allocate(PROBLEM, SECONDS)
    assert isinstance(found, Certified)
    assert amounts(found.cells) == EXPECTED


def test_trouble_that_stays_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_runs(monkeypatch, 1, 2, answer=None)
    with pytest.raises(SolverTrouble):
        study.allocate(PROBLEM, SECONDS)


def test_without_time_left_nothing_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tolerances = fail_runs(monkeypatch, 0, answer=None)
    with pytest.raises(SolverTrouble):
        study.allocate(PROBLEM, 0.0)
    assert tolerances == [1e-7]


def test_a_second_model_that_contradicts_the_first_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answered: list[float | None] = []

    def contradict(model: Model) -> float | None:
        answered.append(None if answered else churn(model))
        return answered[-1]

    monkeypatch.setattr(leximin, "minimise_churn", contradict)
    with pytest.raises(SolverTrouble):
        study.propose(replace(PROBLEM, goal=goal(1.0, {(0, 0): 1.0})), SECONDS)


def test_a_nearest_allocation_always_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leximin, "minimise_churn", lambda _model: None)
    with pytest.raises(SolverTrouble):
        study.settle_near(PROBLEM, {cell(0, 0): 5.0}, SECONDS)


def test_the_nearest_allocation_passes_the_checker_or_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_problem: Problem, _cells: Cells) -> list[str]:
        return ["wrong"]

    monkeypatch.setattr(checker, "broken_bounds", refuse)
    with pytest.raises(ResultRefused):
        study.settle_near(PROBLEM, {cell(0, 0): 5.0}, SECONDS)


def test_large_problems_start_from_an_interior_point(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "_MANY", 0)
    model = Model(PROBLEM, SECONDS)
    assert model._highs.getOptionValue("solver")[1] == "ipm"
    found = study.allocate(PROBLEM, SECONDS)
    assert isinstance(found, Certified)
    assert amounts(found.cells) == EXPECTED


def test_an_integer_programme_out_of_time_keeps_what_it_has_and_says_how_far_it_may_be_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The status is a time limit, yet there is a feasible allocation: it is used, with its gap."""
    model = Model(WHOLE, SECONDS)
    costs: Floats = -model.matrix.utility_costs
    assert model.minimise(costs)
    monkeypatch.setattr(type(model._highs), "getModelStatus", lambda _self: highspy.HighsModelStatus.kTimeLimit)
    assert model._run() is True
    fractional = Model(PROBLEM, SECONDS)
    assert fractional._run() is None
