"""A second opinion on an allocation before it is published. It shares the problem's and the result's data with the solver, no code.

Besides all conditions and published figures it verifies that the result is the fairest one (`proof`): wrong prices could
only make a bound too high, and be refused. Indivisible resources have no such proof; there only the figures are verified.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from .certificate import Certificate
from .problem import GRAIN, Cells, Problem, Resource
from .proof import unproven
from .recount import Recount
from .result import RULE_VERSION, Method

_EXACT = 1e-7
_ON_GRAIN = 1e-4
_FIGURE = 1e-6


def verify(problem: Problem, cells: Cells, certificate: Certificate) -> list[str]:
    """What is wrong with an allocation that claims to be the fairest; nothing where it may be published."""
    wrong = verify_facts(problem, cells, certificate)
    if not wrong:
        wrong += _wrong_levels(Recount(problem, cells), certificate)
        if certificate.method == Method.LP:
            wrong += unproven(problem, certificate.rounds)
    return wrong


def verify_facts(problem: Problem, cells: Cells, certificate: Certificate) -> list[str]:
    """What is wrong with an allocation that claims to meet all conditions, and with the published figures about it."""
    wrong = broken_bounds(problem, cells)
    if wrong:
        return wrong
    recount = Recount(problem, cells)
    return [*_broken_promises(recount), *_wrong_figures(recount, certificate)]


def broken_bounds(problem: Problem, cells: Cells) -> list[str]:
    """Cells that may not be, and capacities, least and most that are missed. These hold exactly."""
    wrong = [f"cell {'/'.join(map(str, cell))} may not hold {cells[cell]}" for cell in _wrong_cells(problem, cells)]
    used: dict[tuple[UUID, int], float] = {}
    met: dict[tuple[UUID, int], float] = {}
    for (need_id, resource_id, period), amount in cells.items():
        used[resource_id, period] = used.get((resource_id, period), 0.0) + amount
        met[need_id, period] = met.get((need_id, period), 0.0) + amount
    for resource in problem.resources:
        for period, capacity in enumerate(resource.capacity):
            if used.get((resource.id, period), 0.0) > capacity + _EXACT:
                wrong.append(f"resource {resource.id} is used beyond its capacity in period {period}")
    for need in problem.needs:
        for period in range(problem.periods):
            amount = met.get((need.id, period), 0.0)
            if not need.least - _EXACT <= amount <= need.most + _EXACT:
                wrong.append(f"need {need.id} gets {amount} in period {period}, outside its least and most")
    return wrong


def _wrong_cells(problem: Problem, cells: Cells) -> Iterator[tuple[UUID, UUID, int]]:
    needs = {need.id: need for need in problem.needs}
    resources = {resource.id: resource for resource in problem.resources}
    for (need_id, resource_id, period), amount in cells.items():
        need, resource = needs.get(need_id), resources.get(resource_id)
        if (
            need is None
            or resource is None
            or resource_id not in need.resource_ids
            or not (0 <= period < len(resource.capacity) and 0 <= amount < float("inf") and _is_whole(amount, resource))
        ):
            yield need_id, resource_id, period


def _is_whole(amount: float, resource: Resource) -> bool:
    """Whether it is a number of smallest units."""
    return abs(amount / resource.grain - round(amount / resource.grain)) <= _ON_GRAIN


def _broken_promises(recount: Recount) -> Iterator[str]:
    """Floors, the levers' condition and the churn budget. Rounding may cost as many units as there are parties, and two."""
    problem = recount.problem
    for party in problem.parties:
        if recount.utilities[party.id] < party.floor - recount.slack[party.id] - _FIGURE:
            yield f"party {party.id} gets {recount.utilities[party.id]}, less than its floor {party.floor}"
    units = GRAIN * (len(problem.parties) + 2)
    if problem.goal is not None:
        step = max((abs(effect) for effect in problem.goal.effects.values()), default=0.0)
        missing = abs(problem.goal.gap) - problem.goal.sign * recount.effect
        if missing > units * step + _FIGURE * max(1.0, abs(problem.goal.gap)):
            yield f"the levers' effect misses the gap by {missing}"
    if problem.churn_budget is not None and recount.churn > problem.churn_budget + units + _FIGURE:
        yield f"the churn {recount.churn} is beyond the budget {problem.churn_budget}"


def _wrong_figures(recount: Recount, certificate: Certificate) -> Iterator[str]:
    """Published figures that the cells do not give."""
    problem = recount.problem
    if certificate.rule_version != RULE_VERSION:
        yield f"the rule {certificate.rule_version} is not the one that is checked"
    if [share.party_id for share in certificate.parties] != [party.id for party in problem.parties]:
        yield "the certificate is about other parties"
        return
    for party, share, weighted in zip(problem.parties, certificate.parties, recount.weighted, strict=True):
        published = (share.weight, share.floor, share.utility_before, share.utility, share.weighted)
        counted = (recount.utilities_before[party.id], recount.utilities[party.id], weighted)
        if _differ(published, (party.weight, party.floor, *counted)):
            yield f"the figures of party {party.id} are not those of its cells"
    gap, effect = (problem.goal.gap, recount.effect) if problem.goal else (0.0, 0.0)
    figures = (certificate.jain, certificate.churn, certificate.gap or 0.0, certificate.effect or 0.0)
    if _differ(figures, (recount.jain, recount.churn, gap, effect)) or certificate.churn_budget != problem.churn_budget:
        yield "the published index, churn or effect is not that of the cells"
    if len(certificate.envy) != len(problem.parties) or any(
        _differ(row, recount.envy_of(party.id)) for row, party in zip(certificate.envy, problem.parties, strict=False)
    ):
        yield "the envy matrix is not that of the cells"


def _differ(published: Sequence[float], counted: Sequence[float]) -> bool:
    return len(published) != len(counted) or any(
        not abs(one - other) <= _FIGURE * max(1.0, abs(other)) for one, other in zip(published, counted, strict=False)
    )


def _wrong_levels(recount: Recount, certificate: Certificate) -> Iterator[str]:
    """Levels that fall from one round to the next, and parties that do not stand where their round says."""
    named = [party for one in certificate.rounds for party in one.parties]
    if sorted(named) != sorted(party.id for party in recount.problem.parties):
        yield "the rounds do not name each party once"
        return
    weights = {party.id: party.weight for party in recount.problem.parties}
    reached = float("-inf")
    for one in certificate.rounds:
        if one.level < reached - _FIGURE:
            yield f"the level falls to {one.level}"
        reached = one.level
        for party in one.parties:
            short = one.level - recount.utilities[party] / weights[party]
            if short > recount.slack[party] / weights[party] + _FIGURE:
                yield f"party {party} stands below its level {one.level}"
