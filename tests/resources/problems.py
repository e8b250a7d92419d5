"""Small allocation problems for the tests."""

from itertools import product
from uuid import UUID

from hypothesis import strategies as st

from entente_resources.allocation.domain.problem import Cells, Goal, Need, Party, Problem, Resource


def ident(number: int) -> UUID:
    return UUID(int=number)


def party(number: int, weight: float = 1.0, floor: float = 0.0) -> Party:
    return Party(ident(number), weight, floor)


def resource(number: int, *capacity: float, indivisible: bool = False) -> Resource:
    return Resource(ident(100 + number), tuple(capacity), indivisible)


def need(
    number: int, owner: int, resources: tuple[int, ...], most: float, *, least: float = 0.0, priority: float = 1.0
) -> Need:
    return Need(ident(1000 + number), ident(owner), tuple(ident(100 + r) for r in resources), least, most, priority)


def cell(number: int, on: int, period: int = 0) -> tuple[UUID, UUID, int]:
    return ident(1000 + number), ident(100 + on), period


def goal(gap: float, effects: dict[tuple[int, int], float]) -> Goal:
    return Goal(gap, {(ident(1000 + n), ident(100 + r)): effect for (n, r), effect in effects.items()})


def amounts(cells: Cells) -> dict[tuple[int, int, int], float]:
    return {(need.int - 1000, on.int - 100, period): amount for (need, on, period), amount in cells.items()}


def weighted(problem: Problem, cells: Cells) -> list[float]:
    """Each party's priority-weighted fulfilled share of its needs, over its weight: the definition, once more."""
    result = []
    for one in problem.parties:
        own = [need for need in problem.needs if need.party_id == one.id]
        share = sum(
            need.priority
            * sum(amount for key, amount in cells.items() if key[0] == need.id)
            / need.most
            / problem.periods
            for need in own
        ) / sum(need.priority for need in own)
        result.append(share / one.weight)
    return result


def every_whole_allocation(problem: Problem) -> list[Cells]:
    """All allocations of whole units that meet every condition, by trying each."""
    places = [
        (need, on, period)
        for need in problem.needs
        for on in problem.resources
        if on.id in need.resource_ids
        for period in range(len(on.capacity))
    ]
    ranges = [range(int(min(need.most, on.capacity[period])) + 1) for need, on, period in places]
    keys = [(need.id, on.id, period) for need, on, period in places]
    found = (dict(zip(keys, map(float, units), strict=True)) for units in product(*ranges))
    return [cells for cells in found if _stands(problem, cells)]


def _stands(problem: Problem, cells: Cells) -> bool:
    for on in problem.resources:
        for period, capacity in enumerate(on.capacity):
            if sum(amount for key, amount in cells.items() if key[1:] == (on.id, period)) > capacity:
                return False
    for one in problem.needs:
        for period in range(problem.periods):
            given = sum(amount for key, amount in cells.items() if (key[0], key[2]) == (one.id, period))
            if not one.least <= given <= one.most:
                return False
    shares = zip(weighted(problem, cells), problem.parties, strict=True)
    if any(value * one.weight < one.floor - 1e-9 for value, one in shares):
        return False
    moved = {key: cells.get(key, 0.0) - problem.previous.get(key, 0.0) for key in {*cells, *problem.previous}}
    if problem.churn_budget is not None and sum(map(abs, moved.values())) > problem.churn_budget + 1e-9:
        return False
    effects = problem.goal.effects if problem.goal else {}
    effect = sum(effects.get(key[:2], 0.0) * change for key, change in moved.items())
    return problem.goal is None or problem.goal.sign * effect >= abs(problem.goal.gap) - 1e-9


@st.composite
def problems(draw: st.DrawFn, *, whole: bool = False, largest: int = 6) -> Problem:
    """Problems of 2 or 3 parties, up to 3 resources and 4 needs, with and without each kind of condition."""
    parties = draw(st.integers(2, 3))
    count = draw(st.integers(1, 2 if whole else 3))
    periods = 1 if whole else draw(st.integers(1, 2))
    size = st.integers(0, largest).map(float) if whole else st.integers(0, largest * 1000).map(lambda n: n / 1000)
    resources = tuple(
        resource(number, *(draw(size) for _ in range(periods)), indivisible=whole) for number in range(count)
    )
    owners = [*range(1, parties + 1), *draw(st.lists(st.integers(1, parties), max_size=1))]
    needs = []
    for number, owner in enumerate(owners):
        eligible = tuple(sorted(draw(st.sets(st.integers(0, count - 1), min_size=1))))
        most = draw(size.filter(lambda value: value > 0))
        least = draw(st.sampled_from((0.0, 0.0, 0.0, 1.0 if whole else 0.5)))
        needs.append(need(number, owner, eligible, most, least=min(least, most), priority=draw(st.integers(1, 3))))
    shares = st.sampled_from((0.0, 0.0, 0.1, 0.3))
    return Problem(
        tuple(party(number, draw(st.sampled_from((0.5, 1.0, 2.0))), draw(shares)) for number in range(1, parties + 1)),
        resources,
        tuple(needs),
        *draw(conditions(tuple(needs), resources, whole=whole)),
    )


@st.composite
def conditions(
    draw: st.DrawFn, needs: tuple[Need, ...], resources: tuple[Resource, ...], *, whole: bool
) -> tuple[Cells, float | None, Goal | None]:
    """A previous allocation (not always within the present capacities), a churn budget and a goal, or none."""
    step = 1.0 if whole else 0.25
    places = [
        (one.id, on, period) for one in needs for on in one.resource_ids for period in range(len(resources[0].capacity))
    ]
    previous = draw(st.dictionaries(st.sampled_from(places), st.integers(1, 4).map(lambda n: n * step), max_size=3))
    budget = draw(st.none() | st.integers(0, 24).map(lambda n: n * step))
    effects = draw(
        st.dictionaries(
            st.sampled_from(places).map(lambda key: key[:2]), st.sampled_from((-2.0, -0.5, 1.0, 3.0)), max_size=3
        )
    )
    gap = draw(st.none() | st.sampled_from((-3.0, -1.0, 0.5, 2.0)))
    return previous, budget, None if gap is None else Goal(gap, effects)
