"""The checker refuses what the solver must not publish. Each corruption alone is found."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from resources.problems import cell, goal, ident, need, party, problems, resource

from entente_resources.allocation.domain import checker, study
from entente_resources.allocation.domain.certificate import Certificate
from entente_resources.allocation.domain.problem import Cells, Problem
from entente_resources.allocation.domain.result import Infeasible, Prices, ResultRefused, Row, Solution
from entente_resources.allocation.domain.study import Broken, Certified

NEEDS = (need(0, 1, (0,), 10), need(1, 2, (0,), 10), need(2, 3, (0, 1), 10, least=1))
PREVIOUS = {cell(0, 0): 4.0, cell(1, 0): 4.0, cell(2, 1): 2.0}
PROBLEM = Problem(
    (party(1, floor=0.2), party(2), party(3, 2.0)),
    (resource(0, 10.0), resource(1, 3.0)),
    NEEDS,
    PREVIOUS,
    6.0,
    goal(2.0, {(0, 0): 1.0}),
)


@pytest.fixture(scope="module")
def sound() -> Certified:
    found = study.allocate(PROBLEM, 20.0)
    assert isinstance(found, Certified)
    return found


def test_a_sound_result_is_accepted(sound: Certified) -> None:
    assert checker.verify(PROBLEM, sound.cells, sound.certificate) == []


def _with(cells: Cells, **changes: float) -> dict[Any, float]:
    names = {"first": cell(0, 0), "second": cell(1, 0), "third": cell(2, 0), "third_own": cell(2, 1)}
    return {**cells, **{names[name]: amount for name, amount in changes.items()}}


@pytest.mark.parametrize(
    ("cells", "finding"),
    [
        (lambda c: _with(c, first=c[cell(0, 0)] + 1), "beyond its capacity"),
        (lambda c: _with(c, first=11.0), "outside its least and most"),
        (lambda c: _with(c, third=0.0, third_own=0.5), "outside its least and most"),
        (lambda c: _with(c, first=-1.0), "may not hold"),
        (lambda c: _with(c, first=float("nan")), "may not hold"),
        (lambda c: _with(c, first=3.00005), "may not hold"),
        (lambda c: {**c, cell(0, 1): 1.0}, "may not hold"),
        (lambda c: {**c, cell(9, 0): 1.0}, "may not hold"),
        (lambda c: {**c, cell(2, 9): 1.0}, "may not hold"),
        (lambda c: {**c, cell(2, 1, 1): 1.0}, "may not hold"),
        (lambda c: {**c, cell(2, 1, -1): 1.0}, "may not hold"),
        (lambda c: _with(c, first=1.0), "less than its floor"),
        (lambda c: _with(c, first=5.9), "misses the gap"),
        (lambda c: _with(c, second=0.0, third=0.0, third_own=1.0), "beyond the budget"),
        (lambda c: _with(c, second=c[cell(1, 0)] - 0.1), "figures of party"),
        (lambda c: _with(c, third_own=2.5), "churn"),
    ],
)
def test_corrupted_cells_are_refused(sound: Certified, cells: Callable[[Cells], Cells], finding: str) -> None:
    assert any(finding in wrong for wrong in checker.verify(PROBLEM, cells(sound.cells), sound.certificate))


def test_half_an_indivisible_unit_is_refused() -> None:
    problem = Problem((party(1),), (resource(0, 2.0, indivisible=True),), (need(0, 1, (0,), 2),))
    assert checker.broken_bounds(problem, {cell(0, 0): 0.5})


def _first_party(certificate: Certificate, **values: float) -> Certificate:
    first, *others = certificate.parties
    return replace(certificate, parties=(replace(first, **values), *others))


@pytest.mark.parametrize(
    ("corrupt", "finding"),
    [
        (lambda c: replace(c, rule_version="A8/0"), "rule A8/0"),
        (lambda c: replace(c, parties=c.parties[1:]), "other parties"),
        (lambda c: _first_party(c, utility=0.9), "figures of party"),
        (lambda c: _first_party(c, utility_before=0.9), "figures of party"),
        (lambda c: _first_party(c, weighted=0.9), "figures of party"),
        (lambda c: _first_party(c, weight=3.0), "figures of party"),
        (lambda c: _first_party(c, floor=0.0), "figures of party"),
        (lambda c: replace(c, jain=1.0), "index, churn or effect"),
        (lambda c: replace(c, jain=float("nan")), "index, churn or effect"),
        (lambda c: replace(c, churn=0.0), "index, churn or effect"),
        (lambda c: replace(c, churn_budget=9.0), "index, churn or effect"),
        (lambda c: replace(c, gap=1.0), "index, churn or effect"),
        (lambda c: replace(c, effect=5.0), "index, churn or effect"),
        (lambda c: replace(c, envy=()), "envy"),
        (lambda c: replace(c, envy=(c.envy[0], c.envy[1], (0.5, 0.0, 0.0))), "envy"),
        (lambda c: replace(c, envy=(c.envy[0][:2], *c.envy[1:])), "envy"),
        (lambda c: replace(c, rounds=c.rounds[1:]), "name each party once"),
        (lambda c: replace(c, rounds=(*c.rounds, c.rounds[0])), "name each party once"),
        (lambda c: replace(c, rounds=c.rounds[::-1]), "level falls"),
    ],
)
def test_corrupted_certificates_are_refused(
    sound: Certified, corrupt: Callable[[Certificate], Certificate], finding: str
) -> None:
    wrong = checker.verify(PROBLEM, sound.cells, corrupt(sound.certificate))
    assert any(finding in one for one in wrong), wrong


def _round(certificate: Certificate, number: int = 0, **values: Any) -> Certificate:
    rounds = list(certificate.rounds)
    rounds[number] = replace(rounds[number], **values)
    return replace(certificate, rounds=tuple(rounds))


def _scaled(prices: Prices, kind: Row, factor: float) -> Prices:
    return {key: price * (factor if key[0] is kind else 1.0) for key, price in prices.items()}


@pytest.mark.parametrize(
    ("corrupt", "finding"),
    [
        (lambda c: _round(c, prices={}), "no valid prices"),
        (lambda c: _round(c, prices={key: -price for key, price in c.rounds[0].prices.items()}), "no valid prices"),
        (lambda c: _round(c, prices=_scaled(c.rounds[0].prices, Row.CAPACITY, 0.5)), "its prices allow"),
        (lambda c: _round(c, prices=_scaled(c.rounds[0].prices, Row.CAPACITY, 2.0)), "its prices allow"),
        (lambda c: _round(c, level=c.rounds[0].level - 0.01), "its prices allow"),
        (lambda c: _round(c, level=c.rounds[0].level + 0.01), "stands below its level"),
        (
            lambda c: _round(
                c, prices={key: price for key, price in c.rounds[0].prices.items() if key[1] != c.rounds[0].parties[0]}
            ),
            "no valid prices",
        ),
    ],
)
def test_levels_that_their_prices_do_not_prove_are_refused(
    sound: Certified, corrupt: Callable[[Certificate], Certificate], finding: str
) -> None:
    wrong = checker.verify(PROBLEM, sound.cells, corrupt(sound.certificate))
    assert any(finding in one for one in wrong), wrong


def test_a_party_that_no_price_holds_down_is_refused() -> None:
    """Both are named in the first round, though only one of them cannot rise."""
    problem = Problem(
        (party(1), party(2)), (resource(0, 1.0), resource(1, 9.0)), (need(0, 1, (0,), 10), need(1, 2, (1,), 10))
    )
    found = study.allocate(problem, 20.0)
    assert isinstance(found, Certified)
    first = found.certificate.rounds[0]
    both = replace(found.certificate, rounds=(replace(first, parties=(ident(1), ident(2))),))
    assert any("cannot rise" in wrong for wrong in checker.verify(problem, found.cells, both))


def test_an_unfair_allocation_is_refused_however_its_certificate_is_dressed(sound: Certified) -> None:
    """Feasible cells with figures that are all true, but which are not the fairest: the bound gives them away."""
    problem = replace(PROBLEM, goal=None, churn_budget=None)
    cells = {cell(0, 0): 3.0, cell(1, 0): 1.0, cell(2, 0): 6.0, cell(2, 1): 3.0}
    honest = study.settle(problem, cells)
    assert isinstance(honest, Certified)
    fair = study.allocate(problem, 20.0)
    assert isinstance(fair, Certified)
    claimed = replace(honest.certificate, method="lp", rounds=fair.certificate.rounds)
    assert any("stands below its level" in wrong for wrong in checker.verify(problem, cells, claimed))
    lowered = tuple(replace(one, level=0.05 + 0.001 * number) for number, one in enumerate(fair.certificate.rounds))
    claimed = replace(claimed, rounds=lowered)
    assert any("its prices allow" in wrong for wrong in checker.verify(problem, cells, claimed))


def test_a_refused_result_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    def corrupt(problem: Problem, solution: Solution) -> Certificate:
        return replace(study_certify(problem, solution), jain=0.123)

    study_certify = study.certify
    monkeypatch.setattr(study, "certify", corrupt)
    with pytest.raises(ResultRefused):
        study.allocate(PROBLEM, 20.0)


def test_cells_that_people_decided_on_are_certified_or_refused() -> None:
    plain = replace(PROBLEM, goal=None, churn_budget=None)
    agreed = study.settle(plain, {cell(0, 0): 5.0, cell(1, 0): 5.0, cell(2, 1): 1.0})
    assert isinstance(agreed, Certified)
    assert agreed.certificate.method == "given"
    assert agreed.certificate.as_json()["rounds"] == []
    assert isinstance(study.settle(plain, {cell(0, 0): 5.0}), Broken)
    assert isinstance(study.settle(plain, {cell(2, 1): 1.0}), Broken)


def test_cells_that_cannot_stand_are_replaced_by_the_nearest_that_can() -> None:
    plain = replace(PROBLEM, goal=None, churn_budget=None)
    near = study.settle_near(plain, {cell(0, 0): 8.0, cell(1, 0): 4.0, cell(2, 1): 1.0}, 20.0)
    assert isinstance(near, Certified)
    assert near.cells[cell(0, 0)] + near.cells[cell(1, 0)] == pytest.approx(10.0)
    exact = {cell(0, 0): 5.0, cell(1, 0): 5.0, cell(2, 1): 1.0}
    same = study.settle_near(plain, exact, 20.0)
    assert isinstance(same, Certified)
    assert same.cells == exact


def test_what_the_previous_allocation_misses_already_is_not_held_against_the_next() -> None:
    """A floor and a least beyond the capacity: what is there may be changed for the better, yet not for the worse."""
    problem = Problem((party(1, floor=1.0),), (resource(0, 3.0),), (need(0, 1, (0,), 10, least=5),), {cell(0, 0): 2.0})
    better = study.settle(problem, {cell(0, 0): 3.0})
    assert isinstance(better, Certified)
    assert better.certificate.parties[0].floor == 1.0
    assert isinstance(study.settle(problem, {cell(0, 0): 1.0}), Broken)
    assert isinstance(study.settle_near(problem, {cell(0, 0): 1.0}, 20.0), Certified)


@settings(max_examples=100)
@given(problems(), st.data())
def test_moving_a_unit_from_the_poorest_to_another_is_refused(problem: Problem, data: st.DataObject) -> None:
    found = study.allocate(problem, 20.0)
    if isinstance(found, Infeasible) or not found.cells:
        return
    victim = data.draw(st.sampled_from(sorted(found.cells, key=str)))
    stolen = min(found.cells[victim], 0.2)
    cells = {**found.cells, victim: round(found.cells[victim] - stolen, 3)}
    if stolen > 0.02:
        assert checker.verify(problem, cells, found.certificate)
