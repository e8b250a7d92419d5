"""What an adjustment moves, is worth and promises, and who decides on it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from resources.problems import cell, ident

from entente_resources.adjustment.domain.changes import (
    Lever,
    Mandate,
    Move,
    Value,
    churn,
    difference,
    effect,
    horizon,
    levers_of,
    shifted,
    tier,
    used,
    value,
)
from entente_resources.adjustment.domain.states import Precedence, precedence

BEFORE = {cell(0, 0): 5.0, cell(1, 0): 5.0, cell(2, 1): 1.0}
AFTER = {cell(0, 0): 7.5, cell(1, 0): 2.5, cell(2, 1): 1.0}
MOVES = [Move(cell(0, 0), 5.0, 7.5), Move(cell(1, 0), 5.0, 2.5)]
EURO = {ident(100): Value(Decimal("62.50"), "EUR"), ident(101): Value(Decimal("0.333333"), "EUR")}
DAY = timedelta(days=1)


def test_only_what_differs_is_moved() -> None:
    assert difference(BEFORE, AFTER) == MOVES
    assert difference(BEFORE, {cell(0, 0): 5.0})[0] == Move(cell(1, 0), 5.0, 0.0)
    assert churn(MOVES) == 5.0


def test_moves_are_made_on_what_is_there_now_and_taken_back_from_it() -> None:
    assert shifted(BEFORE, MOVES) == AFTER
    assert shifted(AFTER, MOVES, back=True) == BEFORE
    since = {**AFTER, cell(0, 0): 8.5}
    assert shifted(since, MOVES, back=True)[cell(0, 0)] == 6.0
    assert cell(1, 0) not in shifted({cell(1, 0): 2.5}, [Move(cell(1, 0), 2.5, 0.0)])


def test_the_amount_is_exact() -> None:
    assert value(MOVES, EURO) == Value(Decimal("312.50"), "EUR")
    assert str(value(MOVES, EURO).amount) == "312.50"  # type: ignore[union-attr]
    assert value([Move(cell(0, 1), 0.0, 0.1)], EURO) == Value(Decimal("0.0333333"), "EUR")
    large = value([Move(cell(0, 0), 0.0, 1600.0)], EURO)
    assert large is not None
    assert str(large.amount) == "100000.00"


def test_the_amount_is_unknown_without_a_unit_value_or_with_several_currencies() -> None:
    assert value(MOVES, {}) is None
    assert value([*MOVES, Move(cell(0, 1), 0.0, 1.0)], {**EURO, ident(101): Value(Decimal(1), "USD")}) is None
    assert value([], EURO) is None


def test_levers_promise_their_effect_through_the_needs_of_their_kpi() -> None:
    levers = levers_of([Lever("patrols", ident(100), -2.0, 30 * DAY), Lever("bold", ident(100), -9.0, 60 * DAY)])
    assert levers[ident(100)].key == "patrols"
    assert effect(MOVES, levers, {ident(1000)}) == -5.0
    assert effect(MOVES, levers, {ident(1000), ident(1001)}) == 0.0
    assert [lever.key for lever in used(MOVES, levers, {ident(1000)})] == ["patrols"]
    assert used(MOVES, levers, {ident(1009)}) == []


def test_the_horizon_is_the_longest_lag() -> None:
    levers = [Lever("a", ident(100), 1.0, 30 * DAY), Lever("b", ident(101), 1.0, 10 * DAY)]
    assert horizon(levers) == 30 * DAY
    assert horizon([]) == timedelta()


MANDATES = [
    Mandate("sponsors", None),
    Mandate("automatic", Value(Decimal(1000), "EUR")),
    Mandate("committee", Value(Decimal(20000), "EUR")),
]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (Value(Decimal("1000.00"), "EUR"), "automatic"),
        (Value(Decimal("1000.01"), "EUR"), "committee"),
        (Value(Decimal(20001), "EUR"), "sponsors"),
        (Value(Decimal(1), "USD"), "sponsors"),
        (None, "sponsors"),
    ],
)
def test_the_lightest_tier_that_covers_the_amount_decides(amount: Value | None, expected: str) -> None:
    assert tier(MANDATES, amount) == expected


def test_without_mandates_no_tier_decides() -> None:
    assert tier([], None) is None


@pytest.mark.parametrize(
    ("crossing", "undecided", "expected"),
    [(3, None, Precedence.FREE), (3, 2, Precedence.SUPERSEDES), (2, 3, Precedence.OVERTAKEN)],
)
def test_the_newer_crossing_takes_the_place_of_an_undecided_one(
    crossing: int, undecided: int | None, expected: Precedence
) -> None:
    assert precedence(crossing, undecided) is expected
