"""A2: the check values of algorithms.md, and what holds an automatic adjustment back."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from entente_resources.adjustment.domain.damping import (
    Damping,
    Hold,
    Policy,
    charge,
    hold,
    is_suppressed,
    penalty_at,
    reusable_at,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
HALF_LIFE = 14 * DAY
FREE = Policy(HALF_LIFE, cap=1000, review_period=365 * DAY, cool_down=timedelta())


def after(*days: float) -> Damping:
    damping = Damping()
    for day in days:
        damping = charge(damping, START + day * DAY, HALF_LIFE)
    return damping


def test_adjustments_on_days_0_3_and_6_suppress_for_25_days() -> None:
    damping = after(0, 3, 6)
    assert damping.penalty == pytest.approx(2605, abs=0.5)
    assert damping.suppressed
    assert (reusable_at(damping, HALF_LIFE) - (START + 6 * DAY)) / DAY == pytest.approx(25.1, abs=0.1)
    assert is_suppressed(damping, START + 31 * DAY, HALF_LIFE)
    assert not is_suppressed(damping, START + 31.2 * DAY, HALF_LIFE)


def test_one_adjustment_a_fortnight_stays_allowed() -> None:
    damping = Damping()
    for fortnight in range(200):
        at = START + 14 * fortnight * DAY
        assert hold(damping, [], None, at, FREE) is None
        damping = charge(damping, at, HALF_LIFE)
    assert damping.penalty <= 2000


def test_the_penalty_halves_in_a_half_life() -> None:
    assert penalty_at(after(0), START + HALF_LIFE, HALF_LIFE) == pytest.approx(500)
    assert penalty_at(Damping(), START, HALF_LIFE) == 0.0


def test_the_order_of_arrival_does_not_matter() -> None:
    found = {round(after(*days).penalty, 6) for days in permutations((0, 3, 6))}
    assert len(found) == 1


def test_between_750_and_2000_it_depends_on_where_it_came_from() -> None:
    assert not is_suppressed(after(0, 1), START + DAY, HALF_LIFE)
    assert is_suppressed(after(0, 3, 6), START + 20 * DAY, HALF_LIFE)


def test_a_charge_after_the_reuse_starts_from_what_is_left() -> None:
    damping = charge(after(0, 3, 6), START + 40 * DAY, HALF_LIFE)
    assert not damping.suppressed
    assert charge(after(0, 3, 6), START + 20 * DAY, HALF_LIFE).suppressed


def test_damping_holds_until_it_may_be_used_again() -> None:
    found = hold(after(0, 3, 6), [], None, START + 7 * DAY, FREE)
    assert found is not None
    assert (found.reason, found.until) == (Hold.DAMPING, reusable_at(after(0, 3, 6), HALF_LIFE))
    assert found.penalty == pytest.approx(2605 * 2 ** (-1 / 14), abs=0.5)


@pytest.mark.parametrize(("cap", "held_until"), [(0, 35.0), (1, 25.0), (2, None)])
def test_the_cap_counts_the_review_period(cap: int, held_until: float | None) -> None:
    policy = Policy(HALF_LIFE, cap, review_period=20 * DAY, cool_down=timedelta())
    too_old, counted, later = START - 5 * DAY, START + 5 * DAY, START + 30 * DAY
    found = hold(Damping(), [later, too_old, counted], None, START + 15 * DAY, policy)
    if held_until is None:
        assert found is None
    else:
        assert found is not None
        assert (found.reason, found.until) == (Hold.CAP, START + held_until * DAY)


def test_the_oldest_that_counts_makes_room() -> None:
    policy = Policy(HALF_LIFE, 2, review_period=20 * DAY, cool_down=timedelta())
    found = hold(Damping(), [START, START + 5 * DAY, START + 6 * DAY], None, START + 10 * DAY, policy)
    assert found is not None
    assert found.until == START + 25 * DAY


def test_the_cool_down_follows_the_last_adjustment_of_the_kpi() -> None:
    policy = Policy(HALF_LIFE, 10, review_period=20 * DAY, cool_down=3 * DAY)
    found = hold(Damping(), [], START, START + 2 * DAY, policy)
    assert found is not None
    assert (found.reason, found.until) == (Hold.COOL_DOWN, START + 3 * DAY)
    assert hold(Damping(), [], START, START + 3 * DAY, policy) is None


def test_the_longest_hold_is_named() -> None:
    policy = Policy(HALF_LIFE, 1, review_period=90 * DAY, cool_down=3 * DAY)
    found = hold(after(0, 3, 6), [START + 6 * DAY], START + 6 * DAY, START + 7 * DAY, policy)
    assert found is not None
    assert (found.reason, found.until) == (Hold.CAP, START + 96 * DAY)


def test_without_a_half_life_nothing_is_remembered() -> None:
    damping = charge(charge(Damping(), START, timedelta()), START, timedelta())
    assert damping.penalty == 0.0
    assert penalty_at(Damping(3000.0, START, suppressed=True), START, timedelta()) == 0.0
