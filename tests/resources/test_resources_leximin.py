"""A8: the fairest allocation, against brute force, closed forms and the definitions."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from resources.problems import amounts, cell, every_whole_allocation, goal, need, party, problems, resource, weighted

from entente_resources.allocation.domain import study
from entente_resources.allocation.domain.problem import Problem
from entente_resources.allocation.domain.result import Infeasible, Reason
from entente_resources.allocation.domain.study import Certified

SECONDS = 20.0
TWO = (party(1), party(2))


def allocate(problem: Problem) -> Certified:
    result = study.allocate(problem, SECONDS)
    assert isinstance(result, Certified), result
    return result


def refuse(problem: Problem) -> Infeasible:
    result = study.allocate(problem, SECONDS)
    assert isinstance(result, Infeasible), result
    return result


def test_one_scarce_resource_is_shared_by_water_filling() -> None:
    """Constrained equal awards: x_i = min(c_i, lambda), here of 12 among claims on equal terms of 2, 8 and 8."""
    needs = (need(0, 1, (0,), 2), need(1, 2, (0,), 8), need(2, 3, (0,), 8))
    found = allocate(Problem((*TWO, party(3)), (resource(0, 12.0),), needs))
    assert amounts(found.cells) == pytest.approx({(0, 0, 0): 4 / 3, (1, 0, 0): 16 / 3, (2, 0, 0): 16 / 3}, abs=2e-3)
    assert found.certificate.jain == pytest.approx(1.0, abs=1e-5)


def test_weights_scale_what_a_party_is_entitled_to() -> None:
    found = allocate(
        Problem((party(1, 2.0), party(2)), (resource(0, 9.0),), (need(0, 1, (0,), 9), need(1, 2, (0,), 9)))
    )
    assert amounts(found.cells) == pytest.approx({(0, 0, 0): 6, (1, 0, 0): 3})


def test_whoever_is_held_down_does_not_hold_down_the_others() -> None:
    """The first party can have no more than 1 of 10; the second round raises the rest above it, the third the last."""
    needs = (need(0, 1, (0,), 10), need(1, 2, (1,), 10), need(2, 3, (2,), 10))
    problem = Problem((*TWO, party(3)), (resource(0, 1.0), resource(1, 4.0), resource(2, 9.0)), needs)
    found = allocate(problem)
    assert weighted(problem, found.cells) == pytest.approx([0.1, 0.4, 0.9])
    assert [one.level for one in found.certificate.rounds] == pytest.approx([0.1, 0.4, 0.9])


def test_needs_of_higher_priority_are_served_first_within_a_party() -> None:
    needs = (need(0, 1, (0,), 4, priority=1.0), need(1, 1, (0,), 4, priority=3.0))
    found = allocate(Problem((party(1),), (resource(0, 4.0),), needs))
    assert amounts(found.cells) == {(1, 0, 0): 4.0}


def test_least_is_given_before_fairness() -> None:
    needs = (need(0, 1, (0,), 10, least=8), need(1, 2, (0,), 10))
    found = allocate(Problem(TWO, (resource(0, 10.0),), needs))
    assert amounts(found.cells) == {(0, 0, 0): 8.0, (1, 0, 0): 2.0}


def test_a_floor_is_guaranteed_against_fairness() -> None:
    needs = (need(0, 1, (0,), 10), need(1, 2, (0,), 10))
    found = allocate(Problem((party(1, floor=0.7), party(2)), (resource(0, 10.0),), needs))
    assert amounts(found.cells) == {(0, 0, 0): 7.0, (1, 0, 0): 3.0}


def test_only_eligible_resources_are_used() -> None:
    needs = (need(0, 1, (0,), 5), need(1, 2, (1,), 5))
    found = allocate(Problem(TWO, (resource(0, 1.0), resource(1, 100.0)), needs))
    assert amounts(found.cells) == {(0, 0, 0): 1.0, (1, 1, 0): 5.0}


def test_a_period_without_capacity_has_no_cell() -> None:
    found = allocate(Problem((party(1),), (resource(0, 2.0, 0.0, 2.0),), (need(0, 1, (0,), 2),)))
    assert amounts(found.cells) == {(0, 0, 0): 2.0, (0, 0, 2): 2.0}


def test_among_equally_fair_allocations_the_nearest_to_the_previous_is_taken() -> None:
    needs = (need(0, 1, (0, 1), 5), need(1, 2, (0, 1), 5))
    previous = {cell(0, 1): 5.0, cell(1, 0): 5.0}
    found = allocate(Problem(TWO, (resource(0, 5.0), resource(1, 5.0)), needs, previous))
    assert found.cells == previous
    assert found.certificate.churn == 0


def test_the_churn_budget_limits_how_far_fairness_goes() -> None:
    needs = (need(0, 1, (0,), 10), need(1, 2, (0,), 10))
    problem = Problem(TWO, (resource(0, 10.0),), needs, {cell(0, 0): 10.0}, churn_budget=4.0)
    assert amounts(allocate(problem).cells) == {(0, 0, 0): 8.0, (1, 0, 0): 2.0}


@pytest.mark.parametrize(("gap", "effect"), [(6.0, 2.0), (-6.0, -2.0)])
def test_the_levers_reach_the_gap_with_its_sign(gap: float, effect: float) -> None:
    needs = (need(0, 1, (0,), 10), need(1, 2, (0,), 10))
    previous = {cell(0, 0): 5.0, cell(1, 0): 5.0}
    problem = Problem(TWO, (resource(0, 10.0),), needs, previous, 100.0, goal(gap, {(0, 0): effect}))
    found = allocate(problem)
    assert amounts(found.cells) == {(0, 0, 0): 8.0, (1, 0, 0): 2.0}
    assert found.certificate.effect == pytest.approx(gap)


def test_a_lever_of_the_wrong_sign_is_pulled_back() -> None:
    needs = (need(0, 1, (0,), 10), need(1, 2, (0,), 10))
    previous = {cell(0, 0): 5.0, cell(1, 0): 5.0}
    found = allocate(Problem(TWO, (resource(0, 10.0),), needs, previous, None, goal(4.0, {(0, 0): -2.0})))
    assert amounts(found.cells) == {(0, 0, 0): 3.0, (1, 0, 0): 7.0}


def test_too_small_a_churn_budget_names_the_least_that_would_do() -> None:
    needs = (need(0, 1, (0,), 10), need(1, 2, (0,), 10))
    previous = {cell(0, 0): 5.0, cell(1, 0): 5.0}
    problem = Problem(TWO, (resource(0, 10.0),), needs, previous, 4.0, goal(6.0, {(0, 0): 2.0}))
    found = refuse(problem)
    assert (found.reason, found.churn_needed) == (Reason.CHURN_BUDGET, 6.0)
    assert (found.best_effect, found.shortfall) == pytest.approx((4.0, 2.0))
    assert isinstance(study.allocate(replace(problem, churn_budget=found.churn_needed), SECONDS), Certified)
    assert isinstance(study.allocate(replace(problem, churn_budget=5.998), SECONDS), Infeasible)


def test_levers_that_cannot_reach_the_gap_report_the_shortfall() -> None:
    needs = (need(0, 1, (0,), 10), need(1, 2, (0,), 10))
    previous = {cell(0, 0): 5.0, cell(1, 0): 5.0}
    found = refuse(Problem(TWO, (resource(0, 10.0),), needs, previous, 1.0, goal(-30.0, {(0, 0): -2.0})))
    assert (found.reason, found.churn_needed) == (Reason.LEVERS, None)
    assert (found.best_effect, found.shortfall) == pytest.approx((-10.0, 20.0))


def test_least_needs_beyond_the_capacity_are_named() -> None:
    assert refuse(Problem((party(1),), (resource(0, 1.0),), (need(0, 1, (0,), 5, least=2),))).reason is Reason.LEAST


def test_floors_beyond_the_capacity_are_named() -> None:
    needs = (need(0, 1, (0,), 10), need(1, 2, (0,), 10))
    parties = (party(1, floor=0.6), party(2, floor=0.6))
    assert refuse(Problem(parties, (resource(0, 10.0),), needs)).reason is Reason.FLOORS


def test_what_is_no_longer_eligible_is_given_up_and_counts_as_churn_and_effect() -> None:
    needs = (need(0, 1, (0,), 10),)
    problem = Problem(
        (party(1),), (resource(0, 10.0),), needs, {cell(0, 1): 3.0}, 13.0, goal(7.0, {(0, 0): 1.0, (0, 1): 1.0})
    )
    found = allocate(problem)
    assert amounts(found.cells) == {(0, 0, 0): 10.0}
    assert (found.certificate.churn, found.certificate.effect) == (13.0, 7.0)
    assert refuse(replace(problem, churn_budget=12.0)).churn_needed == 13.0


def test_what_a_need_had_that_is_gone_counts_as_churn_alone() -> None:
    problem = Problem((party(1),), (resource(0, 10.0),), (need(0, 1, (0,), 10),), {cell(7, 0): 3.0, cell(0, 0): 7.0})
    found = allocate(problem)
    assert (amounts(found.cells), found.certificate.churn) == ({(0, 0, 0): 10.0}, 6.0)
    assert found.certificate.parties[0].utility_before == pytest.approx(0.7)


def test_what_lies_between_two_units_is_rounded_within_every_bound() -> None:
    """Thirds of 10 h over three needs, of which only one has a lever that moves nothing here."""
    needs = (need(0, 1, (0,), 10), need(1, 2, (0,), 10), need(2, 3, (0,), 10))
    previous = {cell(0, 0): 1.0}
    problem = Problem(
        (*TWO, party(3)), (resource(0, 10.0),), needs, previous, 9.001, goal(1e-9, {(2, 1): 1.0, (0, 0): 1.0})
    )
    found = allocate(problem)
    assert sum(found.cells.values()) <= 10.0
    assert sorted(found.cells.values()) == pytest.approx([3.333, 3.333, 3.334])
    silent = replace(problem, goal=goal(0.0, {(2, 1): 1.0}))
    assert sorted(allocate(silent).cells.values()) == pytest.approx([3.333, 3.333, 3.334])


def test_nothing_to_allocate_is_an_empty_allocation() -> None:
    assert allocate(Problem((), (), ())).cells == {}
    assert allocate(Problem((party(1),), (), (need(0, 1, (0,), 5),))).cells == {}


def test_one_indivisible_unit_goes_to_one_party() -> None:
    """Neither of two parties is saturated at 0, yet not both can rise: the duals' argument fails, ordered outcomes do not."""
    needs = (need(0, 1, (0,), 1), need(1, 2, (0,), 1), need(2, 3, (1,), 2))
    problem = Problem((*TWO, party(3)), (resource(0, 1.0, indivisible=True), resource(1, 1.0)), needs)
    assert sorted(weighted(problem, allocate(problem).cells)) == pytest.approx([0.0, 0.5, 1.0])


def test_indivisible_and_divisible_resources_mix() -> None:
    needs = (need(0, 1, (0, 1), 3), need(1, 2, (0, 1), 3))
    found = allocate(Problem(TWO, (resource(0, 3.0, indivisible=True), resource(1, 1.5)), needs))
    assert sorted(weighted(Problem(TWO, (resource(0, 1.0),), needs), found.cells)) == pytest.approx(
        [0.75, 0.75], abs=1e-3
    )
    assert all(amount == int(amount) for key, amount in amounts(found.cells).items() if key[1] == 0)


def test_the_least_change_is_proposed_beside_the_fairest() -> None:
    needs = (need(0, 1, (0,), 10), need(1, 2, (0,), 10))
    problem = Problem(
        TWO, (resource(0, 10.0),), needs, {cell(0, 0): 8.0, cell(1, 0): 2.0}, 20.0, goal(1.0, {(1, 0): 1.0})
    )
    found = study.propose(problem, SECONDS)
    assert isinstance(found, study.Proposal)
    assert amounts(found.fairest.cells) == {(0, 0, 0): 5.0, (1, 0, 0): 5.0}
    assert amounts(found.least_change.cells) == {(0, 0, 0): 7.0, (1, 0, 0): 3.0}
    assert isinstance(study.propose(replace(problem, churn_budget=1.0), SECONDS), Infeasible)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(problems(whole=True, largest=3))
def test_indivisible_allocations_are_those_that_brute_force_finds(problem: Problem) -> None:
    options = every_whole_allocation(problem)
    found = study.allocate(problem, SECONDS)
    if not options:
        assert isinstance(found, Infeasible)
        return
    assert isinstance(found, Certified)
    best = max(sorted(round(value, 6) for value in weighted(problem, cells)) for cells in options)
    assert sorted(weighted(problem, found.cells)) == pytest.approx(best, abs=1e-5)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_every_allocation_passes_the_checker_and_no_coarser_one_is_fairer(problem: Problem) -> None:
    """`allocate` raises where the checker refuses; whole-unit allocations, all of them, are a lower bound on fairness."""
    found = study.allocate(problem, SECONDS)
    single = replace(problem, resources=tuple(replace(one, capacity=one.capacity[:1]) for one in problem.resources))
    if problem.periods > 1 or any(one.most > 4 for one in problem.needs) or len(problem.resources) > 2:
        return
    options = every_whole_allocation(single)
    if options:
        assert isinstance(found, Certified)
        best = max(sorted(weighted(problem, cells)) for cells in options)
        assert tuple(sorted(weighted(problem, found.cells))) >= tuple(value - 0.02 for value in best)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(problems(whole=True, largest=2))
def test_the_reported_churn_is_the_least_of_all_allocations(problem: Problem) -> None:
    found = study.allocate(problem, SECONDS)
    if not isinstance(found, Infeasible) or found.reason is not Reason.CHURN_BUDGET:
        return
    options = every_whole_allocation(replace(problem, churn_budget=None))
    churns = [
        sum(abs(cells.get(key, 0.0) - problem.previous.get(key, 0.0)) for key in {*cells, *problem.previous})
        for cells in options
    ]
    assert found.churn_needed == pytest.approx(min(churns))
