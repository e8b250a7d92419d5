"""Which rule a series goes by, and how much a quarantine takes."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente_kpi.mappings import domain
from entente_kpi.mappings.domain import PatternKind, Rule, Ruleset, Verdict
from entente_kpi.quarantine.domain import admitted, digest

EXACT, GLOB = PatternKind.EXACT, PatternKind.GLOB


def rule(kpi, name, kind=EXACT, priority=0, scale=1.0, **labels):
    return Rule(UUID(int=100 + kpi), UUID(int=kpi), name, kind, tuple(sorted(labels.items())), scale, 0.0, priority)


def goes(rules, name, **labels):
    match = Ruleset(rules).match(name, tuple(sorted(labels.items())))
    return match.rule.kpi_id.int if match.rule else match.verdict


def test_a_name_fits_exactly_or_by_a_glob():
    rules = [rule(1, "up"), rule(2, "node_*", GLOB), rule(3, "cpu[?]", GLOB)]
    assert [goes(rules, name) for name in ("up", "node_load", "cpu[7]", "Up", "upper", "cpu7")] == [
        1, 2, 3, Verdict.UNMATCHED, Verdict.UNMATCHED, Verdict.UNMATCHED,
    ]  # fmt: skip


def test_all_labels_of_a_rule_must_be_there_and_others_do_not_matter():
    rules = [rule(1, "up", site="lyon", line="a")]
    assert goes(rules, "up", site="lyon", line="a", more="x") == 1
    assert goes(rules, "up", site="lyon") is Verdict.UNMATCHED
    assert goes(rules, "up", site="lyon", line="b") is Verdict.UNMATCHED


def test_priority_goes_before_exactness_and_that_before_labels():
    assert goes([rule(1, "u*", GLOB, priority=1), rule(2, "up")], "up") == 1
    assert goes([rule(1, "u*", GLOB, site="x"), rule(2, "up")], "up", site="x") == 2
    assert goes([rule(1, "up"), rule(2, "up", site="x")], "up", site="x") == 2


def test_rules_of_one_rank_that_disagree_map_nothing():
    rules = [rule(1, "up", a="1"), rule(2, "up", b="2")]
    found = Ruleset(rules).match("up", (("a", "1"), ("b", "2")))
    assert (found.verdict, set(found.rules), found.fitting, found.rule) == (Verdict.AMBIGUOUS, set(rules), 2, None)
    assert goes(rules, "up", a="1") == 1
    assert goes([rule(1, "up", a="1"), rule(1, "up", b="2")], "up", a="1", b="2") == 1
    assert goes([rule(1, "up"), rule(1, "up", scale=2.0)], "up") is Verdict.AMBIGUOUS


names = st.sampled_from(["a", "b", "ab"])
rules = st.builds(
    lambda kpi, name, kind, priority, labels: rule(kpi, name + ("*" if kind is GLOB else ""), kind, priority, **labels),
    st.integers(1, 3), names, st.sampled_from(PatternKind), st.integers(0, 1), st.dictionaries(names, names, max_size=2),
)  # fmt: skip


@given(
    st.permutations(range(4)), st.lists(rules, min_size=4, max_size=4), names, st.dictionaries(names, names, max_size=3)
)
def test_the_order_of_rules_means_nothing(order, given_rules, name, labels):
    assert goes(given_rules, name, **labels) == goes([given_rules[n] for n in order], name, **labels)


def test_what_was_found_is_remembered_within_bounds(monkeypatch):
    monkeypatch.setattr(domain, "_REMEMBERED", 2)
    ruleset = Ruleset([rule(1, "a*", GLOB)])
    assert [ruleset.match(f"a{n}", ()).verdict for n in range(5)] == [Verdict.MAPPED] * 5
    assert ruleset.match("a4", ()) is ruleset.match("a4", ())
    assert len(ruleset._found) <= 2


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        (rule(1, "a", scale=0.0), "/scale"), (rule(1, "a*"), "/name"),
        (rule(1, "a", **{f"k{n}": "v" for n in range(17)}), "/labels"),
    ],
)  # fmt: skip
def test_rules_that_make_no_sense(wrong, pointer):
    with pytest.raises(domain.InvalidMapping) as refused:
        domain.check_rule(wrong)
    assert refused.value.pointer == pointer


def test_there_is_room_for_a_thousand_rules():
    domain.check_rule(rule(1, "a*", GLOB))
    domain.check_room(999)
    with pytest.raises(domain.TooManyMappings):
        domain.check_room(1000)


def test_a_quarantine_takes_first_what_comes_first_and_what_it_has_already():
    assert admitted([True, False, True, True, False], 2) == [True, True, True, False, True]
    assert admitted([True], 0) == [False]


def test_a_series_is_told_by_its_name_and_labels():
    assert digest("a", (("x", "1"), ("y", "2"))) == digest("a", (("y", "2"), ("x", "1")))
    assert len({digest("a", ()), digest("b", ()), digest("a", (("x", "1"),)), digest("ax", (("", "1"),))}) == 4
