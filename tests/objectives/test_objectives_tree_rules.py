"""The rules of goals: A3's roll-up, circles, revisions, and what makes a goal SMART."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente_objectives.tree.domain.goals import (
    MOST_GOALS,
    Draft,
    GoalCircle,
    Level,
    Measure,
    Parent,
    TooManyGoals,
    check_no_circle,
    check_room,
    differences,
    find_circle,
)
from entente_objectives.tree.domain.rollup import Edges, clamp, roll_up
from entente_shared.ids import new_id

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DUE = NOW + timedelta(days=100)
OWNER, GOAL, TOP = new_id(), new_id(), new_id()


def draft(statement="Halve the time to delivery", parents=()):
    return Draft(statement, Level.STRATEGIC, Measure.CHILDREN, None, {}, OWNER, DUE, parents)


def of(*triples):
    return Edges(*(list(column) for column in zip(*triples, strict=True))) if triples else Edges([], [], [])


# ------------------------------------------------------------------ the roll-up
def test_a_parent_is_the_weighted_mean_of_those_children_that_have_progress():
    found = roll_up([None, 0.2, 0.8, None], of((0, 1, 3.0), (0, 2, 1.0), (0, 3, 4.0)))
    assert found.raw[0] == pytest.approx((3 * 0.2 + 1 * 0.8) / 4)
    assert found.clamped[0] == pytest.approx(found.raw[0])
    assert found.coverage[0] == pytest.approx(4 / 8)


def test_what_one_child_did_beyond_its_target_makes_up_for_no_other():
    found = roll_up([None, 2.0, -1.0], of((0, 1, 1.0), (0, 2, 1.0)))
    assert (found.raw[0], found.clamped[0]) == (0.5, 0.5)
    found = roll_up([None, 3.0, 0.0], of((0, 1, 1.0), (0, 2, 1.0)))
    assert (found.raw[0], found.clamped[0]) == (1.5, 0.5)


def test_a_goal_with_two_parents_counts_in_each_by_that_edges_weight():
    found = roll_up([None, None, 1.0, 0.0], of((0, 2, 1.0), (0, 3, 3.0), (1, 2, 3.0), (1, 3, 1.0)))
    assert (found.raw[0], found.raw[1]) == (0.25, 0.75)


def test_a_measure_of_its_own_stands_and_children_only_explain_it():
    found = roll_up([0.4, 1.0], of((0, 1, 1.0)))
    assert (found.raw[0], found.coverage[0]) == (0.4, 1.0)
    assert roll_up([None, 1.0], of((0, 1, 1.0))).raw[0] == 1.0, "until it has progress, the children's stands for it"


def test_children_that_weigh_nothing_leave_their_parent_without_progress():
    found = roll_up([None, 1.0], of((0, 1, 0.0)))
    assert (found.raw[0], found.clamped[0], found.coverage[0]) == (None, None, 0.0)


@st.composite
def forests(draw):
    """Own progress by place, and edges from lower places to higher ones, in any order."""
    own = draw(st.lists(st.none() | st.floats(-2, 3), min_size=1, max_size=12))
    pairs = [(parent, child) for child in range(len(own)) for parent in range(child)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=30)) if pairs else []
    return own, [(parent, child, draw(st.floats(0.1, 10))) for parent, child in chosen]


def by_definition(place, own, triples):
    """(raw, clamped, coverage) as the formula has it, from the top down."""
    if own[place] is not None:
        return own[place], clamp(own[place]), 1.0
    below = [(weight, *by_definition(child, own, triples)) for parent, child, weight in triples if parent == place]
    known = [row for row in below if row[1] is not None]
    if not known:
        return None, None, 0.0
    share = sum(row[0] for row in known)
    return (
        sum(row[0] * row[1] for row in known) / share,
        sum(row[0] * row[2] for row in known) / share,
        sum(row[0] * row[3] for row in below) / sum(row[0] for row in below),
    )


@given(forests())
def test_one_pass_over_the_edges_gives_what_the_formula_says(forest):
    own, triples = forest
    found = roll_up(own, of(*triples))
    for place in range(len(own)):
        raw, clamped, coverage = by_definition(place, own, triples)
        assert found.raw[place] == (None if raw is None else pytest.approx(raw, abs=1e-9))
        assert found.clamped[place] == (None if clamped is None else pytest.approx(clamped, abs=1e-9))
        assert found.coverage[place] == pytest.approx(coverage, abs=1e-9)
        assert clamped is None or 0 <= found.clamped[place] <= 1


@given(forests())
def test_the_same_tree_has_the_same_figures_to_the_last_bit(forest):
    own, triples = forest
    assert roll_up(own, of(*triples)) == roll_up(list(own), of(*triples))


# ------------------------------------------------------------------ circles and revisions
NODES = [UUID(int=number) for number in range(8)]


@given(st.dictionaries(st.sampled_from(NODES), st.sets(st.sampled_from(NODES), max_size=3)))
def test_a_circle_is_found_where_somebody_can_walk_up_and_come_back(parents):
    def above(goal, seen):
        for parent in parents.get(goal, ()):
            if parent not in seen:
                seen.add(parent)
                above(parent, seen)
        return seen

    assert bool(find_circle(parents)) == any(goal in above(goal, set()) for goal in parents)


def test_a_circle_is_told_by_its_goals():
    with pytest.raises(GoalCircle) as refused:
        check_no_circle({GOAL: {TOP}, TOP: {GOAL}}, {GOAL: "Fewer cars", TOP: "More buses"}, "/parents")
    assert "“Fewer cars”" in str(refused.value)
    assert "“More buses”" in str(refused.value)


def test_differences_name_each_field_that_is_not_alike():
    before, after = draft(), draft("Another goal that is understood", parents=(Parent(TOP, 2.0),))
    found = differences(before.content(), after.content())
    assert [row.field for row in found] == ["statement", "parents"]
    assert differences(after.content(), after.content()) == []


def test_the_order_in_which_parents_are_named_is_no_difference():
    one, other = Parent(TOP, 1.0), Parent(GOAL, 2.0)
    assert draft(parents=(one, other)).content() == draft(parents=(other, one)).content()


def test_a_partnership_has_room_for_so_many_goals():
    check_room(MOST_GOALS - 1000, 1000)
    with pytest.raises(TooManyGoals):
        check_room(MOST_GOALS - 999, 1000)
