"""What makes a goal SMART, and what is said where it is not."""

from datetime import UTC, datetime, timedelta

import pytest

from entente_objectives.tree.domain.attainability import Record, pace
from entente_objectives.tree.domain.findings import Criterion, Kin, Severity, Surroundings
from entente_objectives.tree.domain.goals import SCORES, Draft, Level, Measure, Parent
from entente_objectives.tree.domain.smart import findings
from entente_shared.ids import new_id

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DUE = NOW + timedelta(days=100)
OWNER, GOAL, TOP = new_id(), new_id(), new_id()
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
