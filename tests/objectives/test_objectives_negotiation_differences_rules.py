"""Applying what changed between two charters to the one gives the other."""

from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from objectives.patches import apply

from entente_objectives.differences import domain
from entente_objectives.differences.domain import Change, ChangeKind

NAMES = ["a", "b", "c/d", "e~f", "g", "0"]
VALUES = st.one_of(st.none(), st.booleans(), st.sampled_from([0, 1, 1.5, "x", ""]), st.lists(st.integers(0, 2)))
TEXTS = st.one_of(
    st.lists(st.sampled_from(NAMES), unique=True),
    st.lists(st.sampled_from(NAMES), max_size=4),  # also with one twice: compared as a whole
)


def items(*key, **fields):
    """A keyed list of items in any order, each with optional fields."""
    keys = {name: st.sampled_from(NAMES) for name in key}
    item = st.fixed_dictionaries(keys, optional={"value": VALUES, **fields})
    return st.lists(item, max_size=6, unique_by=lambda item: ":".join(item[name] for name in key))


DOCUMENTS = st.fixed_dictionaries(
    {"parties": items("party_id"), "objectives": items("key", steps=st.lists(VALUES, max_size=3))},
    optional={
        "levers": items("key"),
        "mandates": items("key", veto=st.one_of(st.none(), st.fixed_dictionaries({"grounds": TEXTS}))),
        "ladder": items("name", responders=TEXTS),
        "policy": st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3),
        "shares": st.fixed_dictionaries({"currency": VALUES, "bands": items("key", shares=items("party_id"))}),
        "communication": items("type", "urgency", roles=TEXTS),
        "equity": st.lists(st.fixed_dictionaries({"key": st.sampled_from(NAMES)}), max_size=3),
    },
)


@given(before=DOCUMENTS, after=DOCUMENTS)
@settings(max_examples=100, deadline=None)
def test_applying_the_difference_gives_the_other_text(before, after):
    found = domain.differences(before, after)
    assert domain.same(apply(before, [asdict(change) for change in found]), after)
    back = [asdict(change) for change in domain.differences(after, before)]
    assert domain.same(apply(after, back), before)


@given(document=DOCUMENTS)
@settings(deadline=None)
def test_a_text_differs_from_itself_in_nothing(document):
    assert domain.differences(document, document) == ()


@given(before=st.permutations(NAMES), after=st.permutations(NAMES))
def test_a_list_put_in_another_order_tells_only_of_moves_and_of_as_few_as_can_be(before, after):
    found = domain.differences(
        {"objectives": [{"key": key} for key in before]}, {"objectives": [{"key": key} for key in after]}
    )
    assert {change.kind for change in found} <= {ChangeKind.MOVED}
    longest = max(
        (mask).bit_count()
        for mask in range(1 << len(after))
        if (chosen := [before.index(key) for bit, key in enumerate(after) if mask >> bit & 1]) == sorted(chosen)
    )
    assert len(found) == len(NAMES) - longest


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (
            {"objectives": [{"key": "a", "target": 80}]},
            {"objectives": [{"key": "a", "target": 75}]},
            Change(ChangeKind.CHANGED, "/objectives/a/target", 80, 75),
        ),
        (
            {"ladder": []},
            {"ladder": [{"name": "Talks / calls"}]},
            Change(ChangeKind.ADDED, "/ladder/Talks ~1 calls", after={"name": "Talks / calls"}, position_after=0),
        ),
        (
            {"mandates": [{"key": "m", "veto": {"grounds": ["safety", "law"]}}]},
            {"mandates": [{"key": "m", "veto": {"grounds": ["law"]}}]},
            Change(ChangeKind.REMOVED, "/mandates/m/veto/grounds/safety", before="safety", position_before=0),
        ),
        ({"policy": {"flag": True}}, {"policy": {"flag": 1}}, Change(ChangeKind.CHANGED, "/policy/flag", True, 1)),
        (
            {"communication": [{"type": "concern", "urgency": "high", "roles": ["sponsor"]}]},
            {"communication": []},
            Change(
                ChangeKind.REMOVED,
                "/communication/concern:high",
                before={"type": "concern", "urgency": "high", "roles": ["sponsor"]},
                position_before=0,
            ),
        ),
    ],
)
def test_a_change_says_what_stood_where(before, after, change):
    assert domain.differences(before, after) == (change,)


def test_a_change_comes_from_the_newest_version_that_touched_its_path():
    change = Change(ChangeKind.CHANGED, "/objectives/a/target", 80, 70)
    steps = {
        2: [Change(ChangeKind.CHANGED, "/objectives/a/target", 80, 75)],
        3: [Change(ChangeKind.REMOVED, "/objectives/a", {"target": 75})],
        4: [Change(ChangeKind.CHANGED, "/objectives/a/title", "x", "y")],
        5: [Change(ChangeKind.CHANGED, "/objectives/ab/target", 1, 2)],
    }
    assert domain.origins([change], steps) == [3]
    assert domain.origins([change], {}) == [None]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"objectives": [{"key": "a"}, 1]}, {"objectives": [{"key": "a"}]}),
        ({"objectives": [{"key": "a"}, {"key": "a"}]}, {"objectives": [{"key": "a"}]}),
        ({"objectives": None}, {"objectives": [{"key": "a"}]}),
    ],
)
def test_a_list_whose_items_cannot_be_told_apart_changes_as_a_whole(before, after):
    (change,) = domain.differences(before, after)
    assert change == Change(ChangeKind.CHANGED, "/objectives", before["objectives"], after["objectives"])
