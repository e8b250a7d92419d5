"""The numbers of the diagnosis, against published tables and tables computed by hand."""

from datetime import UTC, datetime
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente_objectives.assessments import domain as assessments
from entente_objectives.concordance.domain import kendall_w, midranks, spearman_rho
from entente_objectives.diagnosis import domain
from entente_objectives.diagnosis.findings import findings
from entente_objectives.frictions.domain import Nature
from entente_objectives.profiles.domain import (
    CULTURES,
    PRACTICES,
    Expectation,
    Expected,
    InvalidProfile,
    InvalidRound,
    Profile,
    check_expectations,
    check_profile,
)

A, B, C = (UUID(int=number) for number in (1, 2, 3))
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
FIVE_YEARS = START + (END - START) / 2

# Zar, Biostatistical Analysis (5th edition, 2010), example 20.5: the wing, tail and bill lengths of twelve birds. UNISTAT's
# manual (6.5.6) reproduces the rank sums that stand in SUMS.
WING = [10.4, 10.8, 11.1, 10.2, 10.3, 10.2, 10.7, 10.5, 10.8, 11.2, 10.6, 11.4]
TAIL = [7.4, 7.6, 7.9, 7.2, 7.4, 7.1, 7.4, 7.2, 7.8, 7.7, 7.8, 8.3]
BILL_RANKS = [5.5, 5.5, 9.5, 2, 3, 1, 8, 4, 11, 9.5, 7, 12]
SUMS = [14.5, 21, 30.5, 6, 11, 3.5, 20, 11.5, 29, 28.5, 22.5, 36]

# The ratings `anxiety` of the R packages irr and DescTools, whose manuals give Wt = 0.54 for them (`kendall(anxiety, TRUE)`).
ANXIETY = [
    [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
    [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
    [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
]


def test_kendalls_w_of_a_textbooks_birds_with_its_ties():
    rankings = [midranks(WING), midranks(TAIL), BILL_RANKS]
    assert [sum(ranks) for ranks in zip(*rankings, strict=True)] == SUMS
    # By hand: the squares of SUMS add up to 5738.5, so S = 5738.5 - 234^2/12 = 1175.5; ties: the wings' two pairs (12), the
    # tails' pair, triple and pair (36), the bills' two pairs (12), together 60.
    assert sum(each * each for each in SUMS) == 5738.5
    assert kendall_w(rankings) == pytest.approx(12 * 1175.5 / (9 * (12**3 - 12) - 3 * 60))
    assert kendall_w(rankings) == pytest.approx(0.9241, abs=1e-4)


def test_kendalls_w_of_the_r_packages_example_is_corrected_for_ties():
    rankings = [midranks(rater) for rater in ANXIETY]
    assert kendall_w(rankings) == pytest.approx(0.54, abs=0.005)


def test_kendalls_w_without_ties_agrees_with_its_plain_formula():
    # By hand: rank sums 3, 6, 9 of three raters who agree; and 6, 6, 6 of three who cancel out.
    assert kendall_w([[1, 2, 3]] * 3) == 1
    assert kendall_w([[1, 2, 3], [2, 3, 1], [3, 1, 2]]) == 0


def test_spearmans_rho_of_a_published_table():
    # IQ and hours of television of ten people, the worked example of Wikipedia's article: rho = -29/165.
    people = [106, 86, 100, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 0, 27, 50, 28, 29, 20, 12, 6, 17]
    assert spearman_rho(midranks(people), midranks(hours)) == pytest.approx(-29 / 165)


def test_two_unrelated_rankings_are_not_called_half_in_agreement():
    """Over all orders of four, rho is 0 in the mean; W would be 0.5."""
    orders = [list(order) for order in permutations([1.0, 2.0, 3.0, 4.0])]
    rhos = [spearman_rho(orders[0], order) for order in orders]
    assert sum(rhos) / len(rhos) == pytest.approx(0)
    ws = [kendall_w([orders[0], order]) for order in orders]
    assert sum(ws) / len(ws) == pytest.approx(0.5)


def test_where_nobody_prefers_anything_there_is_no_agreement_to_speak_of():
    assert kendall_w([[1.5, 1.5]] * 3) is None
    assert kendall_w([[1.0]] * 3) is None
    assert spearman_rho([1.5, 1.5], [1, 2]) is None
    assert spearman_rho([1.0], [1.0]) is None


scores = st.lists(st.integers(0, 5), min_size=4, max_size=4)


@given(st.lists(scores, min_size=3, max_size=6))
def test_w_is_a_ratio_with_any_ties(raters):
    w = kendall_w([midranks(rater) for rater in raters])
    assert w is None or -1e-12 <= w <= 1 + 1e-12


@given(st.lists(st.permutations([1.0, 2.0, 3.0, 4.0, 5.0]), min_size=3, max_size=6))
def test_w_and_the_mean_of_the_pairs_rho_say_the_same(rankings):
    """Without ties `(m W - 1) / (m - 1)` is the mean of the pairs' rho (Kendall 1948)."""
    m = len(rankings)
    pairs = [spearman_rho(a, b) for i, a in enumerate(rankings) for b in rankings[:i]]
    assert (m * kendall_w(rankings) - 1) / (m - 1) == pytest.approx(sum(pairs) / len(pairs))


def expectation(key="accidents", **changes):
    terms = {"key": key, "title": key, "unit": "1", "target_low": 0.0, "target_high": 200.0}
    return Expectation(**{**terms, "due_from": START, "due_until": END, **changes})


def expected(importance, target=100.0, due_at=START, confidence=0.5):
    return Expected(importance, target, due_at, confidence)


def culture(*points):
    return dict(zip(CULTURES, points, strict=True))


def profile(now=(25, 25, 25, 25), preferred=(25, 25, 25, 25), practices=(5, 5, 5, 5, 5), **expectations):
    return Profile(
        "why",
        "where to",
        "what holds us",
        culture(*now),
        culture(*preferred),
        dict(zip(PRACTICES, practices, strict=True)),
        expectations or {"accidents": expected(100)},
    )


def test_alignment_of_an_expectation_is_one_less_the_mean_of_its_pairs():
    """By hand, on the scales 100 points, 200 units, ten years and 1:

    a-b: 20/100, 50/200, 5/10 years, 0.2 -> 0.2875; a-c: 60/100, 0, 0, 0.4 -> 0.25; b-c: 0.4, 0.25, 0.5, 0.2 -> 0.3375.
    Their mean is 0.875/3, and the weight (80 + 60 + 20)/300.
    """
    profiles = {
        A: profile(accidents=expected(80, 100.0, START, 0.9)),
        B: profile(accidents=expected(60, 150.0, FIVE_YEARS, 0.7)),
        C: profile(accidents=expected(20, 100.0, START, 0.5)),
    }
    found = domain.align(profiles, expectation())
    assert [(pair.parties, pytest.approx(pair.distance)) for pair in found.pairs] == [
        ((A, B), 0.2875),
        ((A, C), 0.25),
        ((B, C), 0.3375),
    ]
    assert found.alignment == pytest.approx(1 - 0.875 / 3)
    assert found.weight == pytest.approx(160 / 300)
    first = {part.name: part.distance for part in found.pairs[0].components}
    assert first == pytest.approx({"importance": 0.2, "target": 0.25, "due_at": 0.5, "confidence": 0.2})


def test_the_whole_alignment_is_weighted_by_importance():
    """By hand: `a` 0.3 apart on one scale of four (0.075) with weight 0.75, `b` likewise 0.3 (0.075) and a date of 5/10
    years (0.2) with weight 0.25."""
    asked = [expectation("a"), expectation("b")]
    profiles = {
        A: profile(a=expected(90), b=expected(10)),
        B: profile(a=expected(60), b=expected(40, due_at=FIVE_YEARS)),
    }
    found = domain.diagnose(profiles, asked)
    assert found.alignment == pytest.approx(0.75 * (1 - 0.075) + 0.25 * (1 - 0.2))
    assert (found.rank_agreement.measure, found.rank_agreement.value) == ("spearman_rho", 1)
    assert found.rank_agreement.ranks == {A: (2, 1), B: (2, 1)}


def test_what_a_party_says_nothing_of_does_not_count():
    profiles = {A: profile(accidents=Expected(0)), B: profile(accidents=expected(50))}
    (pair,) = domain.align(profiles, expectation()).pairs
    assert [part.distance for part in pair.components] == [0.5, None, None, None]
    assert pair.distance == 0.5


def test_small_differences_stay_small_on_fixed_scales():
    """With observed ranges these two would be as far apart as can be."""
    profiles = {A: profile(accidents=expected(50, 100.0)), B: profile(accidents=expected(51, 101.0))}
    (pair,) = domain.align(profiles, expectation()).pairs
    assert pair.distance == pytest.approx((0.01 + 0.005) / 4)


def test_compatibility_of_the_ocais_own_example_and_the_pair_that_decides():
    """Cameron and Quinn's instructions for the OCAI give 55, 20, 20 and 5 points as their example. By hand, against

    an even 25 each: 30 + 5 + 5 + 20 = 60, so 1 - 60/200 = 0.7; against 10, 20, 20, 50: 45 + 45 = 90, so 0.55; these
    two: 15 + 5 + 5 + 25 = 50, so 0.75. The least decides.
    """
    found = domain.culture({A: culture(55, 20, 20, 5), B: culture(25, 25, 25, 25), C: culture(10, 20, 20, 50)})
    assert {pair.parties: pytest.approx(1 - pair.distance) for pair in found.pairs} == {
        (A, B): 0.7,
        (A, C): 0.55,
        (B, C): 0.75,
    }
    assert (found.compatibility, found.deciding) == (pytest.approx(0.55), (A, C))


@given(st.lists(st.tuples(*[st.integers(0, 100)] * 3).filter(lambda each: sum(each) <= 100), min_size=2, max_size=5))
def test_compatibility_is_a_ratio(points):
    values = {UUID(int=index): culture(*each, 100 - sum(each)) for index, each in enumerate(points)}
    found = domain.culture(values)
    assert 0 <= found.compatibility <= 1
    assert found.compatibility == pytest.approx(min(1 - pair.distance for pair in found.pairs))


def test_practices_are_compared_scale_by_scale():
    """By hand: (4 + 0 + 1 + 0 + 5)/10/5 = 0.2."""
    found = domain.practices(
        {
            party: dict(zip(PRACTICES, scales, strict=True))
            for party, scales in {A: (1, 2, 3, 4, 0), B: (5, 2, 4, 4, 5)}.items()
        }
    )
    assert found.compatibility == pytest.approx(0.8)
    assert [part.distance for part in found.pairs[0].components] == [0.4, 0, 0.1, 0, 0.5]


def said(found):
    return {(each.nature.value, each.ground.value, each.subject, each.aspect) for each in found}


def test_every_large_distance_names_a_friction_zone_and_closeness_a_synergy():
    asked = [expectation("a"), expectation("b")]
    profiles = {
        A: profile((80, 10, 10, 0), (25, 25, 25, 25), (5, 5, 5, 5, 5), a=expected(50, 0.0), b=expected(50)),
        B: profile((50, 10, 10, 30), (25, 25, 25, 25), (5, 5, 5, 5, 1), a=expected(50, 80.0), b=expected(50)),
    }
    found = findings(domain.diagnose(profiles, asked), profiles)
    assert said(found) == {
        ("friction", "expectation", "a", "target"),
        ("synergy", "expectation", "a", "overall"),
        ("synergy", "expectation", "b", "overall"),
        ("friction", "values", "culture", "now"),
        ("synergy", "values", "culture", "preferred"),
        ("friction", "practices", "quality_standards", "scale"),
        ("synergy", "practices", "practices", "overall"),
    }
    assert all(each.parties == (A, B) for each in found)
    zone = next(each for each in found if each.aspect == "target")
    assert (zone.distance, zone.threshold, zone.nature) == (0.4, 0.4, Nature.FRICTION)


def test_what_nobody_cares_for_is_no_synergy():
    asked = [expectation("a"), expectation("b")]
    profiles = {A: profile(a=expected(100), b=expected(0)), B: profile(a=expected(100), b=expected(0))}
    assert ("synergy", "expectation", "b", "overall") not in said(findings(domain.diagnose(profiles, asked), profiles))


def test_gaps_are_the_own_view_less_the_others_mean():
    """By hand: A sees itself at 9, B at 4 and C at 8 of it: 9 - 6 = 3."""
    ratings = {
        A: {(A, "trust"): 9.0, (B, "trust"): 5.0, (C, "trust"): 5.0},
        B: {(A, "trust"): 4.0, (B, "trust"): 5.0, (C, "trust"): 5.0},
        C: {(A, "trust"): 8.0, (B, "trust"): 5.0, (C, "trust"): 5.0},
    }
    found = assessments.gaps(ratings, ["trust"])
    assert [(each.party_id, each.own, each.others_mean, each.gap) for each in found] == [
        (A, 9.0, 6.0, 3.0),
        (B, 5.0, 5.0, 0.0),
        (C, 5.0, 5.0, 0.0),
    ]
    assert [(each.nature.value, each.parties, each.distance) for each in assessments.findings(found)] == [
        ("friction", (A, B), 0.5),
        ("synergy", (A, C), 0.1),
    ]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        (profile(now=(30, 25, 25, 25)), "/values/now"),
        (profile(preferred=(0, 0, 0, 0)), "/values/preferred"),
        (profile(accidents=expected(99)), "/expectations"),
        (profile(other=expected(100)), "/expectations/0/key"),
        (profile(accidents=Expected(100, None, START, 0.5)), "/expectations/0/target"),
        (profile(accidents=Expected(100, 1.0, START)), "/expectations/0/confidence"),
        (profile(accidents=expected(100, 201.0)), "/expectations/0/target"),
        (profile(accidents=expected(100, due_at=datetime(2037, 1, 1, tzinfo=UTC))), "/expectations/0/due_at"),
    ],
)
def test_a_profile_that_makes_no_sense_names_the_field(changed, pointer):
    with pytest.raises(InvalidProfile) as refused:
        check_profile(changed, [expectation()])
    assert refused.value.pointer == pointer


def test_a_profile_speaks_of_all_that_was_asked():
    with pytest.raises(InvalidProfile, match="costs"):
        check_profile(profile(), [expectation(), expectation("costs")])
    check_profile(profile(now=(33.4, 33.3, 33.3, 0)), [expectation()])


@pytest.mark.parametrize(
    ("second", "pointer"),
    [
        (expectation(), "/expectations/1/key"),
        (expectation("b", target_high=0.0), "/expectations/1/target_high"),
        (expectation("b", due_until=START), "/expectations/1/due_until"),
    ],
)
def test_a_round_needs_scales_with_a_length_and_different_keys(second, pointer):
    with pytest.raises(InvalidRound) as refused:
        check_expectations([expectation(), second])
    assert refused.value.pointer == pointer


@pytest.mark.parametrize(
    ("given_ratings", "pointer"),
    [
        ([(A, "trust"), (C, "trust")], "/ratings/1/party_id"),
        ([(A, "trust"), (B, "speed")], "/ratings/1/dimension"),
        ([(A, "trust"), (A, "trust")], "/ratings/1"),
        ([(A, "trust")], "/ratings"),
    ],
)
def test_every_party_is_rated_once_on_every_dimension(given_ratings, pointer):
    with pytest.raises(assessments.InvalidAssessment) as refused:
        assessments.check_ratings(given_ratings, [A, B], ["trust"])
    assert refused.value.pointer == pointer
