"""When a word counts as kept, and what that is worth."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente_objectives.commitments import domain
from entente_objectives.commitments.domain import CommitmentStatus
from entente_objectives.commitments.reliability import HALF_LIFE, Outcome, assess, weigh, wilson

DAY = timedelta(days=1)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
RESOLVED = st.sampled_from([CommitmentStatus.KEPT, CommitmentStatus.LATE, CommitmentStatus.BROKEN])
AGES = st.integers(0, 2000)


# R. G. Newcombe, Two-sided confidence intervals for the single proportion: comparison of seven methods, Statistics in
# Medicine 17 (1998), table I, method 3 (score method without continuity correction).
@pytest.mark.parametrize(
    ("r", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_bounds_are_those_of_newcombes_table(r, n, low, high):
    found = wilson(r / n, n)
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


def test_a_commitment_half_a_year_old_weighs_half():
    assert weigh(NOW - HALF_LIFE, NOW) == 0.5
    assert weigh(NOW + DAY, NOW) == 1.0


def test_commitments_of_one_age_count_as_so_many_observations():
    found = assess([Outcome(CommitmentStatus.KEPT, NOW)] * 15 + [Outcome(CommitmentStatus.BROKEN, NOW)] * 133, NOW)
    assert found.observations == pytest.approx(148)
    assert found.index == pytest.approx(0.0624, abs=5e-5)


def test_nothing_promised_says_nothing_of_a_word():
    assert assess([], NOW).index is None
    assert assess([Outcome(CommitmentStatus.WAIVED, NOW), Outcome(CommitmentStatus.OPEN, NOW)], NOW).share is None


def test_what_is_too_old_to_weigh_says_nothing():
    assert assess([Outcome(CommitmentStatus.KEPT, NOW - timedelta(days=200_000))], NOW).index is None


@given(st.lists(st.tuples(RESOLVED, AGES), min_size=1, max_size=40))
def test_the_index_is_a_ratio_below_the_share_and_its_parts_add_up(outcomes):
    found = assess([Outcome(status, NOW - age * DAY) for status, age in outcomes], NOW)
    assert found.index is not None
    assert 0 <= found.index <= found.share <= 1
    assert sum(part.count for part in found.parts.values()) == len(outcomes)
    assert found.observations <= len(outcomes) * (1 + 1e-9)
    total = sum(part.weight for part in found.parts.values())
    assert math.isclose(found.share * total, found.parts[CommitmentStatus.KEPT].weight, abs_tol=1e-9)


@given(st.lists(st.tuples(RESOLVED, AGES), min_size=1, max_size=20), AGES)
def test_one_more_word_kept_never_lowers_the_share_and_one_broken_never_raises_it(outcomes, age):
    before = [Outcome(status, NOW - each * DAY) for status, each in outcomes]
    share = assess(before, NOW).share
    kept = assess([*before, Outcome(CommitmentStatus.KEPT, NOW - age * DAY)], NOW).share
    broken = assess([*before, Outcome(CommitmentStatus.BROKEN, NOW - age * DAY)], NOW).share
    assert broken - 1e-9 <= share <= kept + 1e-9


def test_silence_decides_once_the_others_had_as_long_as_the_grace():
    due, grace = NOW, 7 * DAY
    assert domain.decides_at(due, grace, None) == due + grace
    assert domain.decides_at(due, grace, due - 30 * DAY) == due + grace
    assert domain.decides_at(due, grace, due + 3 * DAY) == due + 10 * DAY


def test_in_time_is_up_to_the_due_date_itself():
    assert domain.outcome(NOW, NOW) is CommitmentStatus.KEPT
    assert domain.outcome(NOW + timedelta(microseconds=1), NOW) is CommitmentStatus.LATE
    assert domain.after_silence(CommitmentStatus.OPEN, None, NOW) is CommitmentStatus.BROKEN


def test_a_declaration_comes_too_late_with_the_end_of_the_grace_not_with_its_timer():
    domain.check_declaration(CommitmentStatus.OPEN, NOW + 7 * DAY - timedelta(microseconds=1), NOW, 7 * DAY)
    with pytest.raises(domain.CommitmentResolved):
        domain.check_declaration(CommitmentStatus.OPEN, NOW + 7 * DAY, NOW, 7 * DAY)


def test_silence_has_decided_from_its_moment_on():
    domain.check_undecided(CommitmentStatus.DECLARED, NOW - timedelta(microseconds=1), NOW)
    for status in (CommitmentStatus.OPEN, CommitmentStatus.DECLARED):
        with pytest.raises(domain.CommitmentResolved):
            domain.check_undecided(status, NOW, NOW)
