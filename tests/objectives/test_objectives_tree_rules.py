"""The rules of goals: A3's roll-up, circles, revisions, and what makes a goal SMART."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente_objectives.tree.domain.attainability import Record, pace
from entente_objectives.tree.domain.goals import (
    SCORES,
    Draft,
    GoalCircle,
    Level,
    Measure,
    Parent,
    check_no_circle,
    differences,
    find_circle,
)
from entente_objectives.tree.domain.rollup import Edges, clamp, roll_up
from entente_objectives.tree.domain.smart import Criterion, Kin, Severity, Surroundings, findings
from entente_shared.ids import new_id

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DUE = NOW + timedelta(days=100)
OWNER, GOAL, TOP = new_id(), new_id(), new_id()


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
    before, after = draft(), draft(statement="Another goal that is understood", parents=(Parent(TOP, 2.0),))
    found = differences(before.content(), after.content())
    assert [row.field for row in found] == ["statement", "parents"]
    assert differences(after.content(), after.content()) == []


def test_the_order_in_which_parents_are_named_is_no_difference():
    one, other = Parent(TOP, 1.0), Parent(GOAL, 2.0)
    assert draft(parents=(one, other)).content() == draft(parents=(other, one)).content()


# ------------------------------------------------------------------ SMART
ANCHORS = {score: f"{score} of a hundred" for score in SCORES}


def draft(**changes):
    fields = {
        "statement": "Halve the time to delivery",
        "level": Level.STRATEGIC,
        "measure": Measure.QUALITATIVE,
        "objective_id": None,
        "anchors": ANCHORS,
        "owner_member_id": OWNER,
        "due_at": DUE,
        "parents": (),
    }
    return Draft(**{**fields, **changes})


def around(**changes):
    fields = {"parents": {}, "children": (), "owners": {OWNER}, "objectives": {}, "measured": set()}
    return Surroundings(now=NOW, **{**fields, **changes})


def record(reached=None, **changes):
    fields = {"target": 80.0, "starts_at": NOW - timedelta(days=100), "due_at": DUE, "baselines": (100.0,)}
    return Record(**{**fields, **changes}, reached=reached)


def kin(level=Level.STRATEGIC, due_at=DUE):
    return Kin("Another goal", level, due_at)


def test_a_goal_that_is_smart_has_nothing_to_change():
    assert findings(draft(), around()) == []


PARENT = (Parent(TOP, 1.0),)
S, M, R, T = Criterion.SPECIFIC, Criterion.MEASURABLE, Criterion.RELEVANT, Criterion.TIME_BOUND
QUANTITATIVE = {"measure": Measure.QUANTITATIVE, "anchors": {}}
REFUSED = [
    (S, "/statement", {"statement": "Be better"}, {}),
    (S, "/statement", {"statement": None}, {}),
    (S, "/owner_member_id", {"owner_member_id": None}, {}),
    (S, "/owner_member_id", {"owner_member_id": GOAL}, {}),
    (M, "/measure", {"measure": None}, {}),
    (M, "/objective_id", QUANTITATIVE, {}),
    (M, "/objective_id", {**QUANTITATIVE, "objective_id": GOAL}, {}),
    (M, "/objective_id", {**QUANTITATIVE, "objective_id": GOAL}, {"objectives": {GOAL: record()}, "measured": {GOAL}}),
    (M, "/objective_id", {"objective_id": GOAL}, {}),
    (M, "/anchors", {"anchors": {0: "none", 100: "all"}}, {}),
    (M, "/anchors", {"anchors": {**ANCHORS, 25: " 0 OF A HUNDRED"}}, {}),
    (M, "/anchors", {"measure": Measure.CHILDREN}, {"children": (kin(),)}),
    (M, "/measure", {"measure": Measure.CHILDREN, "anchors": {}, "level": Level.OPERATIONAL, "parents": PARENT}, {}),
    (R, "/level", {"level": None}, {}),
    (R, "/parents", {"level": Level.TACTICAL}, {}),
    (R, "/parents/0/goal_id", {"parents": (Parent(None, 1.0),)}, {}),
    (R, "/parents/1/goal_id", {"parents": PARENT * 2}, {"parents": {TOP: kin()}}),
    (R, "/level", {"parents": PARENT}, {"parents": {TOP: kin(Level.TACTICAL)}}),
    (R, "/level", {"level": Level.TACTICAL, "parents": PARENT}, {"parents": {TOP: kin()}, "children": (kin(),)}),
    (T, "/due_at", {"due_at": None}, {}),
    (T, "/due_at", {"due_at": NOW}, {}),
    (T, "/due_at", {"parents": PARENT}, {"parents": {TOP: kin(due_at=DUE - timedelta(days=1))}}),
    (T, "/due_at", {}, {"children": (kin(due_at=DUE + timedelta(days=1)),)}),
]


@pytest.mark.parametrize(("criterion", "pointer", "changes", "surroundings"), REFUSED)
def test_what_is_not_smart_is_refused_with_its_place_and_what_to_change(criterion, pointer, changes, surroundings):
    given_parents = {"parents": {TOP: kin()}} if changes.get("parents") == PARENT else {}
    found = findings(draft(**changes), around(**{**given_parents, **surroundings}))
    refusals = [each for each in found if each.severity is Severity.REFUSAL]
    assert (criterion, pointer) in [(each.criterion, each.pointer) for each in refusals]
    assert len({(each.criterion, each.pointer) for each in refusals}) == 1, "nothing else is refused for it"
    assert all(each.detail.format(**each.params) for each in found)


def test_a_goal_that_is_late_already_may_be_changed_without_a_new_date():
    late = draft(due_at=NOW - timedelta(days=1))
    assert findings(late, around(standing_due_at=late.due_at)) == []


ADVISED = [
    (Criterion.SPECIFIC, {"statement": "word " * 60}, {}),
    (Criterion.MEASURABLE, {"measure": Measure.CHILDREN, "anchors": {}}, {}),
    (Criterion.ACHIEVABLE, {**QUANTITATIVE, "objective_id": GOAL}, {"objectives": {GOAL: record()}}),
    (
        Criterion.TIME_BOUND,
        {**QUANTITATIVE, "objective_id": GOAL},
        {"objectives": {GOAL: record((NOW, 88.0, 0.6), due_at=DUE + timedelta(days=9))}},
    ),
]


@pytest.mark.parametrize(("criterion", "changes", "surroundings"), ADVISED)
def test_what_is_for_people_to_weigh_is_advice(criterion, changes, surroundings):
    found = findings(draft(**changes), around(**surroundings))
    assert [(each.criterion, each.severity) for each in found] == [(criterion, Severity.ADVICE)]


@pytest.mark.parametrize(
    ("value", "progress", "ratio"),
    [(90.0, 0.5, 1.0), (96.0, 0.2, 4.0), (80.0, 1.0, 0.0), (101.0, -0.05, float("inf"))],
)
def test_the_pace_asked_for_is_held_against_the_pace_so_far(value, progress, ratio):
    assert pace(record((NOW, value, progress)), NOW).ratio == pytest.approx(ratio)


def test_the_best_value_known_is_the_nearest_to_the_target_of_all_that_were():
    assert pace(record((NOW, 95.0, 0.25), baselines=(100.0, 91.0)), NOW).best == 91.0
    assert pace(record(), NOW) is None


def test_a_target_that_takes_more_than_twice_the_pace_so_far_is_advised_against():
    def advised(progress):
        objectives = {GOAL: record((NOW, 100 - 20 * progress, progress))}
        return [
            each
            for each in findings(draft(**QUANTITATIVE, objective_id=GOAL), around(objectives=objectives))
            if each.criterion is Criterion.ACHIEVABLE
        ]

    assert advised(0.5) == []
    assert "more than 2 times the pace" in advised(0.3)[0].detail.format(**advised(0.3)[0].params)
