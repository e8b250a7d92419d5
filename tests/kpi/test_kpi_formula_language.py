"""The formula language alone: reading, units, and what a formula comes to."""

import itertools
import math
from datetime import timedelta
from fractions import Fraction
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente_kpi.formulas.domain import checking, grammar, graph, tree
from entente_kpi.formulas.domain.errors import InvalidFormula
from entente_kpi.formulas.domain.evaluation import FAULTS, Fault, Series, evaluate
from entente_kpi.units.domain import algebra as units
from entente_shared.web import parse_duration

DAY = 86_400_000_000


def compiled(text, declared="1", **known):
    read = {name: units.parse(unit) for name, unit in known.items()}
    return checking.check(grammar.parse(text, parse_duration), read, units.parse(declared))


def value(text, declared="1", at=0, units_of=None, **inputs):
    """At day `at`, from inputs by day; a fault as text."""
    root = compiled(text, declared, **{name: (units_of or {}).get(name, "1") for name in inputs})
    series = {
        name: Series(np.array([day * DAY for day in points], dtype=np.int64), np.array(list(points.values())))
        for name, points in inputs.items()
    }
    column = evaluate(root, np.array([at * DAY]), series)
    return str(FAULTS[column.faults[0]]) if column.faults[0] else column.values[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("8 / 4 / 2", 1), ("10 - 4 - 3", 3), ("2 ^ 3 ^ 2", 512), ("-2 ^ 2", -4),
        ("2 ^ -1", 0.5), ("--3", 3), ("1.5e2 + .5", 150.5), ("min(3, 1, 2)", 1), ("max(3, 1, 2)", 3), ("abs(-3)", 3),
        ("sqrt(16)", 4), ("log(exp(2))", 2), ("if(1 < 2, 10, 20)", 10), ("if(1 >= 2, 10, 20)", 20), ("if(1 == 1, 1 / 1, 1 / 0)", 1),
        ("if(1 != 1, 1 / 0, 5)", 5), ("if(2 <= 1, 1, 0)", 0), ("if(2 > 1, 1, 0)", 1), ("1 'h' / 1 'min'", 60), ("50 '%'", 0.5),
        ("1 / 0", "division_by_zero"), ("0 ^ -1", "division_by_zero"), ("log(0)", "outside_domain"), ("sqrt(-1)", "outside_domain"),
        ("(-1) ^ 0.5", "outside_domain"), ("exp(1000)", "too_large"), ("1e300 * 1e300", "too_large"), ("1e101", "too_large"),
        ("1e90 'Em' / 1 'fm'", "too_large"), ("if(1 / 0 > 1, 1, 2)", "division_by_zero"), ("1 / 0 + log(0)", "division_by_zero"),
        ("max(1, log(0), 1 / 0)", "outside_domain"), ("-(1 / 0)", "division_by_zero"), ("abs(1 / 0)", "division_by_zero"),
    ],
)  # fmt: skip
def test_a_formula_comes_to_what_it_says(text, expected):
    found = value(text)
    assert found == expected if isinstance(expected, str) else found == pytest.approx(expected, rel=1e-15)


def test_inputs_count_as_last_known_and_within_windows():
    x = {0: 1.0, 1: 2.0, 5: 40.0}
    assert [value("x", at=at, x=x) for at in (-1, 0, 0.5, 4, 9)] == ["missing", 1, 1, 2, 40]
    assert [value("last(x, P2D)", at=at, x=x) for at in (3, 3.01)] == [2, "missing"]
    assert [value("sum(x, P2D)", at=at, x=x) for at in (1, 2, 3, 5)] == [3, 2, "missing", 40]
    assert value("mean(x, P30D)", at=5, x=x) == 43 / 3
    assert value("x + sum(x, P1D)", x={}) == "missing"


@pytest.mark.parametrize(
    ("text", "declared", "known", "expected"),
    [
        ("a + b", "EUR/mo", {"a": "EUR/mo", "b": "EUR/a"}, 1 + 1 / 12),
        ("a + b", "kEUR/a", {"a": "EUR/mo", "b": "EUR/a"}, 13 / 1000),
        ("a / b", "%", {"a": "kEUR", "b": "EUR"}, 100_000),
        ("a / b", "EUR/{person}", {"a": "EUR", "b": "{person}"}, 1),
        ("a ^ 2 / b", "EUR", {"a": "EUR", "b": "EUR"}, 1),
        ("sqrt(a * b)", "EUR", {"a": "EUR", "b": "kEUR"}, math.sqrt(1000)),
        ("a ^ -1", "h-1", {"a": "min", "b": "1"}, 60),
        ("log(a)", "1", {"a": "%", "b": "1"}, math.log(0.01)),
        ("a ^ b", "1", {"a": "%", "b": "%"}, 0.01**0.01),
        ("a * b", "kW.h", {"a": "W", "b": "d"}, 0.024),
        ("if(a < b, a, b)", "s", {"a": "h", "b": "min"}, 60),
        ("max(a, b)", "h", {"a": "h", "b": "min"}, 1),
        ("abs(-a) + b", "m2", {"a": "har", "b": "ar"}, 10_100),
    ],
)
def test_units_of_one_kind_are_converted(text, declared, known, expected):
    found = value(text, declared, units_of=known, a={0: 1.0}, b={0: 1.0})
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("eur + usd", "At character 5: EUR and USD cannot be added or subtracted"),
        ("eur - h", "At character 5: EUR and h cannot be added"),
        ("if(eur > h, 1, 2)", "At character 1: EUR and h cannot be compared"),
        ("if(h > h, eur, usd)", "the values are in EUR and in USD"),
        ("min(eur, 1)", "the values are in EUR and in 1"),
        ("log(eur)", "a number without unit is expected here, not EUR"),
        ("2 ^ h", "a number without unit is expected here, not h"),
        ("h ^ h", "what has a unit (h) is only raised to a whole number"),
        ("h ^ 0.5", "what has a unit (h)"),
        ("h ^ 10", "what has a unit (h)"),
        ("h ^ -h", "what has a unit (h)"),
        ("eur / h", "The formula comes to EUR/h, and the KPI is in 1"),
        ("eur / (h * h)", "The formula comes to EUR/(h.h), and"),
        ("eur * usd * eur * usd * eur * usd * eur * usd * eur * usd * eur", "comes to EUR6.USD5"),
        ("5 'Cel'", "At character 1: this unit is not understood"),
        ("5 'm99'", "this unit is not understood"),
        ("1 'Em2' ^ 9", "beyond all measure"),
        ("1 'Em3' * 1 'Em3' * 1 'Em3'", "beyond all measure"),
        ("missing_name + 1", "At character 1: no input has this name"),
        ("-" * 70 + "1", "At character 61: the formula is nested too deeply"),
        ("x" * 1001, "at most 1000 characters"),
        ("1e999", "the number is too large"),
        ("1 +", "cannot be read on"),
        ("1 $ 2", "At character 3: the formula cannot be read on"),
        ("h > h", "At character 3: the formula cannot be read on"),
        ("nothing(1)", "there are min, max"),
        ("if(1, 2, 3)", "if takes a comparison"),
        ("if(1 > 2, 3)", "if takes a comparison"),
        ("if(1 > 2, P1D, 3)", "comparisons belong in if"),
        ("abs(1 > 2)", "comparisons belong in if"),
        ("mean(h)", "mean takes an input and a duration"),
        ("mean(1, P1D)", "mean takes an input and a duration"),
        ("last()", "last takes an input and a duration"),
        ("last(h, 1)", "last takes an input and a duration"),
        ("last(h, P1D, P1D)", "last takes an input and a duration"),
        ("sqrt(1, 2)", "sqrt does not take so many"),
        ("max(1)", "max does not take so many"),
        ("mean(h, PT0S)", "At character 9: a duration"),
        ("mean(h, P1Y)", "a duration in weeks"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(text, says):
    with pytest.raises(InvalidFormula) as refused:
        compiled(text, eur="EUR", usd="USD", h="h")
    assert says in str(refused.value)
    assert refused.value.pointer == "/formula"


def test_a_formula_knows_its_inputs_and_windows():
    of_id = "{01939F61-2d01-7f61-b141-a3548fc06001}"
    root = grammar.parse(f"mean(x, P1D) + sum(x, P3D) * last(y) / if(z > 0, {of_id}, -2)", parse_duration)
    assert tree.names(root) == {"x", "y", "z", "01939f61-2d01-7f61-b141-a3548fc06001"}
    assert tree.windows(root) == {"x": timedelta(days=3)}


@pytest.mark.parametrize(
    ("text", "scale", "powers"),
    [
        ("1", 1, {}), ("%", Fraction(1, 100), {}), ("{person}", 1, {}), ("{person}/mo", Fraction(16, 86_400 * 487), {"s": -1}),
        ("/h", Fraction(1, 3600), {"s": -1}), ("EUR/h", Fraction(1, 3600), {"EUR": 1, "s": -1}), ("MEUR", 10**6, {"EUR": 1}),
        ("kg.m2/s2", 1000, {"g": 1, "m": 2, "s": -2}), ("m/s/s", 1, {"m": 1, "s": -2}), ("m/(s.s)", 1, {"m": 1, "s": -2}),
        ("10*3.m", 1000, {"m": 1}), ("10^-3/l", 1, {"m": -3}), ("100.m", 100, {"m": 1}), ("GiBy", 8 * 1024**3, {"bit": 1}),
        ("dam", 10, {"m": 1}), ("cd", 1, {"cd": 1}), ("t{CO2}/a", Fraction(10**6 * 4, 86_400 * 1461), {"g": 1, "s": -1}),
        ("mV", 1, {"g": 1, "m": 2, "s": -2, "C": -1}),
    ],
)  # fmt: skip
def test_units_of_ucum_and_iso_4217_are_understood(text, scale, powers):
    unit = units.parse(text)
    assert (unit.scale, dict(unit.powers), unit.text) == (scale, powers, text)


@pytest.mark.parametrize(
    "text",
    ["", "/", "m/", ".m", "m..s", "(m", "m)", "(((((((m)))))))", "Cel", "eur", "bananas", "m s", "kmin", "{a", "m9999", "0.m",
     "k", "EURO", "m31", "Em5", "1234567890"],
)  # fmt: skip
def test_other_units_are_not(text):
    with pytest.raises(units.NotUnderstood):
        units.parse(text)


_pieces = st.sampled_from(["m", "s", "kg", "EUR", "h", "%", "{note}", "mo", "USD"])


@given(st.lists(_pieces, min_size=1, max_size=4), st.lists(_pieces, min_size=1, max_size=4))
def test_multiplying_and_dividing_units_are_inverse(left, right):
    one, other = units.parse(".".join(left)), units.parse(".".join(right))
    there = one.times(other)
    assert there.per(other) == one
    assert there == units.parse(".".join(left + right)) == other.times(one)
    assert one.power(2) == one.times(one)
    assert one.coherent().power(2).root() == one.coherent()


_floats = st.floats(min_value=-1e100, max_value=1e100)
_FORMULAS = [
    "sum(x, P3D)", "mean(x, P2D) + y", "if(y > x, exp(y / 1e99), sum(y, P1D))", "last(x, P2D) ^ 2 / y", "sqrt(abs(x)) * sum(y, P40D)",
]  # fmt: skip


@given(
    st.dictionaries(st.integers(0, 60), _floats, max_size=40),
    st.dictionaries(st.integers(0, 60), _floats, max_size=40),
    st.integers(0, 60),
    st.sampled_from(_FORMULAS),
)
def test_a_value_is_the_same_to_the_last_bit_however_a_series_is_cut(x, y, cut, text):
    """All at once, or the later part from what a window and the last value before the cut leave."""
    root = compiled(text, x="1", y="1")
    times = np.array(sorted({*x, *y}), dtype=np.int64) * (DAY // 2)
    whole = evaluate(root, times, {"x": _series(x), "y": _series(y)})
    later = times >= cut * (DAY // 2)
    part = evaluate(root, times[later], {"x": _series(x, cut), "y": _series(y, cut)})
    assert part.values.tobytes() == whole.values[later].tobytes()
    assert part.faults.tobytes() == whole.faults[later].tobytes()


def _series(points, cut=0):
    """In half days; those since the last before the cut, and 80 halves more for the widest window."""
    last = max((at for at in points if at < cut), default=cut)
    kept = sorted(at for at in points if at >= min(last, cut - 80))
    return Series(np.array(kept, dtype=np.int64) * (DAY // 2), np.array([points[at] for at in kept]))


@given(st.dictionaries(st.integers(0, 30), _floats, min_size=1, max_size=30), st.integers(1, 31))
def test_windows_are_summed_without_rounding_errors_on_the_way(points, width):
    times = np.array(sorted(points), dtype=np.int64)
    series = {"x": Series(times * DAY, np.array([points[at] for at in sorted(points)]))}
    found = evaluate(compiled(f"sum(x, P{width}D) / 100", x="1"), times * DAY, series)
    exact = [math.fsum(points[other] for other in points if at - width < other <= at) for at in times.tolist()]
    assert found.values.tolist() == [each / 100 for each in exact]
    assert not found.faults.any()


_TOKENS = st.sampled_from(
    [*"+-*/^(),<>=", "==", "x", "y", "if(", "max(", "min(", "abs(", "sqrt(", "log(", "exp(", "sum(x,P2D)", "mean(y, P1D)", "last(x)",
     "0", "1", "2.5", "1e90", "3 'h'", "7 '%'", "'EUR'", "P1D", "{", "}", " ", "$", "é", "_"]
)  # fmt: skip


@given(st.lists(_TOKENS, max_size=14).map("".join))
def test_any_text_is_refused_in_words_or_comes_to_numbers(text):
    try:
        root = compiled(text, x="1", y="1")
    except InvalidFormula as refused:
        str(refused)  # fails where a part cannot be filled in
        return
    times = np.arange(5) * DAY
    column = evaluate(root, times, {"x": _series({0: -1.0, 4: 1e100}), "y": _series({2: 0.0, 6: 1e-300})})
    assert np.isfinite(column.values).all()
    assert (np.abs(column.values) <= 1e100).all()


_EXPRESSIONS = st.recursive(
    st.sampled_from(["x", "y", "2", "0.5", "1e50", "sum(x, P2D)", "last(y, P1D)"]),
    lambda parts: st.one_of(
        st.tuples(parts, st.sampled_from("+-*/^"), parts).map(lambda each: f"({each[0]} {each[1]} {each[2]})"),
        st.tuples(st.sampled_from(["abs", "sqrt", "log", "exp", "-"]), parts).map(lambda each: f"{each[0]}({each[1]})"),
        st.tuples(parts, parts, parts, parts).map("if({0[0]} <= {0[1]}, {0[2]}, {0[3]})".format),
        st.tuples(parts, parts).map("max({0[0]}, {0[1]})".format),
    ),
    max_leaves=8,
)


@given(
    _EXPRESSIONS,
    st.dictionaries(st.integers(0, 4), _floats, max_size=5),
    st.dictionaries(st.integers(0, 4), _floats, max_size=5),
)
def test_each_time_is_computed_as_if_it_were_alone(text, x, y):
    """And whatever the values: a number within bounds, or a fault."""
    root = compiled(text, x="1", y="1")
    series = {"x": _series(x), "y": _series(y)}
    whole = evaluate(root, np.arange(4) * DAY, series)
    for n in range(4):
        alone = evaluate(root, np.array([n * DAY]), series)
        assert alone.values.tobytes() == whole.values[n : n + 1].tobytes()
        assert alone.faults[0] == whole.faults[n]
    assert (np.abs(whole.values) <= 1e100).all()


def test_nothing_is_computed_for_no_times():
    assert len(evaluate(compiled("sum(x, P1D)", x="1"), np.zeros(0, np.int64), {"x": _series({0: 1.0})}).values) == 0
    assert Fault.MISSING in FAULTS


@given(st.dictionaries(st.integers(0, 8), st.sets(st.integers(0, 8), max_size=3), max_size=8), st.integers(0, 8))
def test_a_circle_is_found_where_there_is_one(drawn, start):
    edges = {UUID(int=kpi): {UUID(int=other) for other in others} for kpi, others in drawn.items()}
    way = graph.find_cycle(edges, UUID(int=start))
    assert (way is not None) == (UUID(int=start) in graph.ancestors(edges, UUID(int=start)))
    if way:
        assert way[0] == way[-1] == UUID(int=start)
        assert all(nxt in edges[kpi] for kpi, nxt in itertools.pairwise(way))


def test_inputs_come_before_what_is_computed_from_them():
    a, b, c = (UUID(int=n) for n in (3, 2, 1))
    edges = {b: {a}, c: {b}}
    assert graph.next_due(edges, {b, c}) == b
    assert graph.next_due(edges, {c}) == c
    assert graph.next_due(edges, set()) is None
