"""What a survey says: the figures by hand, and the law that nothing shown depends on what a small group answered."""

from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from entente_kpi.perception import domain
from entente_kpi.perception.domain import STEPS, Kind, Question, Share, summarise

A, B, C = (UUID(int=number) for number in (1, 2, 3))
TRUST, NPS, SATISFACTION = (
    Question("trust", Kind.ANCHORED, 1.0),
    Question("recommend", Kind.NPS, 1.0),
    Question("satisfied", Kind.SATISFACTION, 3.0),
)


def sheets(key, **values):
    parties = {"a": A, "b": B, "c": C}
    return [(parties[name], {key: value}) for name, given in values.items() for value in given]


def only(question, **values):
    return summarise([question], sheets(question.key, **values))


def test_the_figures_of_a_group():
    [finding] = only(TRUST, a=[0, 25, 50, 75, 100]).findings
    [group] = finding.parties
    assert (group.party_id, group.hidden, group.n, group.mean) == (A, False, 5, 50.0)
    assert group.sd == pytest.approx(39.5284707521)  # the root of 6250 / 4
    assert group.distribution == [Share(step, step, 1) for step in (0, 25, 50, 75, 100)]
    assert group.agreement == 0.0  # more spread than chance would give: 1 - 1562.5 / 1250 < 0
    assert group.nps is None


def test_agreement_is_against_a_uniform_null():
    """Over five steps of 25 the null variance is 625 * 24 / 12 = 1250; over 0 to 10 it is 10."""
    assert domain.within_group_agreement(Kind.ANCHORED, [75, 75, 75, 75, 75]) == 1.0
    assert domain.within_group_agreement(Kind.ANCHORED, [50, 50, 50, 50, 75]) == pytest.approx(1 - 125 / 1250)
    assert domain.within_group_agreement(Kind.NPS, [7, 8, 8, 8, 9]) == pytest.approx(1 - 0.5 / 10)
    assert domain.within_group_agreement(Kind.SATISFACTION, [40, 50, 60]) == pytest.approx(1 - 100 / 850)


def test_net_promoters_are_nine_and_ten_less_zero_to_six():
    [finding] = only(NPS, a=[10, 9, 8, 7, 6, 0, 10, 9]).findings
    assert finding.total.nps == pytest.approx((4 - 2) / 8)
    assert [share.n for share in finding.total.distribution] == [1, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2]


def test_satisfaction_is_banded_and_each_party_counts_the_same():
    results = only(SATISFACTION, a=[100] * 5, b=[0, 19, 20, 60, 79, 80, 92] * 2)
    assert [(share.lowest, share.highest, share.n) for share in results.findings[0].parties[1].distribution] == [
        (0, 19, 4), (20, 39, 2), (40, 59, 0), (60, 79, 4), (80, 100, 4),
    ]  # fmt: skip
    assert results.satisfaction == pytest.approx((1.0 + 0.5) / 2)


def test_a_group_under_five_is_hidden_and_so_is_the_total_that_would_reveal_it():
    [finding] = only(TRUST, a=[75] * 8, b=[0] * 4).findings
    assert [(group.hidden, group.n) for group in finding.parties] == [(False, 8), (True, None)]
    assert (finding.total.hidden, finding.total.n, finding.total.mean) == (True, None, None)


def test_two_small_groups_hide_the_total_even_if_together_they_are_not_small():
    """Four who put their answers together would else have the answer of the fifth, who is another party's."""
    [finding] = only(TRUST, a=[75] * 8, b=[0] * 4, c=[100]).findings
    assert [group.hidden for group in finding.parties] == [False, True, True]
    assert finding.total.hidden


def test_a_party_that_left_a_question_out_hides_nothing():
    results = summarise([TRUST, NPS], [*sheets("trust", a=[75] * 5, b=[50] * 5), *sheets("recommend", c=[9] * 5)])
    trust, recommend = results.findings
    assert (trust.total.n, [group.hidden for group in trust.parties]) == (10, [False, False, True])
    assert (recommend.total.n, [group.hidden for group in recommend.parties]) == (5, [True, True, False])


def test_the_perception_gap_is_the_weighted_mean_of_the_widest_differences():
    results = summarise(
        [TRUST, NPS, SATISFACTION],
        [
            *[(A, {"trust": 100, "recommend": 10, "satisfied": 60})] * 5,
            *[(B, {"trust": 75, "recommend": 2, "satisfied": 50})] * 5,
            *[(C, {"trust": 50, "recommend": 6, "satisfied": 55})] * 5,
        ],
    )
    assert [(gap.question, gap.higher, gap.lower, gap.difference) for gap in results.gaps] == [
        ("recommend", A, B, pytest.approx(80.0)),
        ("trust", A, C, pytest.approx(50.0)),
        ("satisfied", A, B, pytest.approx(10.0)),
    ]
    assert results.perception_gap == pytest.approx((80 + 50 + 3 * 10) / 5 / 100)


def test_where_one_party_is_shown_there_is_no_gap():
    results = only(SATISFACTION, a=[75] * 5, b=[0] * 4)
    assert (results.gaps, results.perception_gap, results.satisfaction) == ([], None, 0.75)


def test_without_sheets_there_is_nothing():
    results = summarise([TRUST, SATISFACTION], [])
    assert [(finding.total.hidden, finding.parties) for finding in results.findings] == [(True, []), (True, [])]
    assert (results.perception_gap, results.satisfaction, results.rule_version) == (None, None, "survey-results/1")


QUESTIONS = [TRUST, NPS, SATISFACTION]
ANSWERS = st.fixed_dictionaries(
    {}, optional={question.key: st.sampled_from(STEPS[question.kind]) for question in QUESTIONS}
)
SHEETS = st.lists(st.tuples(st.sampled_from([A, B, C]), ANSWERS), max_size=30)


@given(SHEETS, st.data())
def test_nothing_shown_depends_on_what_anybody_in_a_small_group_answered(given_sheets, data):
    counts = {
        (party, question.key): sum(each == party and question.key in answers for each, answers in given_sheets)
        for party in (A, B, C)
        for question in QUESTIONS
    }
    small = {key for key, n in counts.items() if n < domain.SMALLEST}
    changed = [
        (
            party,
            {
                question.key: data.draw(st.sampled_from(STEPS[question.kind]))
                if (party, question.key) in small
                else answers[question.key]
                for question in QUESTIONS
                if question.key in answers
            },
        )
        for party, answers in given_sheets
    ]
    assume(changed != given_sheets)
    assert summarise(QUESTIONS, changed) == summarise(QUESTIONS, given_sheets)


@given(SHEETS)
def test_what_is_shown_is_within_its_bounds_and_does_not_depend_on_the_order_of_the_sheets(given_sheets):
    results = summarise(QUESTIONS, given_sheets)
    assert results == summarise(QUESTIONS, given_sheets[::-1])
    for ratio in (results.perception_gap, results.satisfaction):
        assert ratio is None or 0 <= ratio <= 1
    for finding in results.findings:
        for group in (finding.total, *finding.parties):
            assert group.hidden or (
                group.n >= domain.SMALLEST and sum(share.n for share in group.distribution) == group.n
            )
            assert group.hidden or 0 <= group.agreement <= 1
