"""What the rule recommends of the parties' scores, and when an analysis is concluded."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente_objectives.opportunity import domain
from entente_objectives.opportunity.domain import Advice, Dimension, Position, Status

A, B = UUID(int=1), UUID(int=2)


def scores(*of_parties):
    return {UUID(int=n): dict(zip(Dimension, each, strict=True)) for n, each in enumerate(of_parties, 1)}


@pytest.mark.parametrize(
    ("given_scores", "advice", "grounds"),
    [
        (scores((60, 70, 80), (60, 70, 80)), Advice.GO, set()),
        (scores((40, 70, 80), (80, 70, 80)), Advice.GO, set()),
        (scores((59, 70, 80), (60, 70, 80)), Advice.CONDITIONAL, {("visions", "go_mean", 59.5)}),
        (scores((100, 70, 80), (59, 70, 80)), Advice.CONDITIONAL, {("visions", "go_spread", 41)}),
        (
            scores((39, 70, 80), (79, 70, 80)),
            Advice.CONDITIONAL,
            {("visions", "go_mean", 59), ("visions", "go_lowest", 39)},
        ),
    ],
)
def test_the_advice_and_what_it_rests_on(given_scores, advice, grounds):
    found = domain.recommend(given_scores)
    assert found.advice is advice
    assert {(ground.dimension.value, ground.rule, ground.value) for ground in found.grounds} == grounds


def test_one_party_that_sees_nothing_in_common_is_a_no():
    found = domain.recommend(scores((19, 90, 90), (100, 90, 90)))
    assert found.advice is Advice.NO_GO
    assert {ground.rule for ground in found.grounds} == {"go_mean", "go_lowest", "go_spread", "no_go_lowest"}
    assert domain.recommend(scores((39, 90, 90), (39, 90, 90))).advice is Advice.NO_GO


def test_each_number_is_shown_with_its_parts():
    found = domain.recommend(scores((60, 70, 80), (80, 90, 100)))
    visions = found.convergence[0]
    assert (visions.mean, visions.lowest, visions.highest, visions.spread) == (70, 60, 80, 20)
    assert visions.scores == {A: 60, B: 80}
    assert found.score == 80


whole = st.integers(0, 100)


@given(st.lists(st.tuples(whole, whole, whole), min_size=2, max_size=5), st.integers(1, 30))
def test_scores_that_all_rise_never_make_the_advice_worse(given_scores, more):
    order = [Advice.NO_GO, Advice.CONDITIONAL, Advice.GO]
    before = domain.recommend(scores(*given_scores)).advice
    raised = [tuple(min(100, each + more) for each in party) for party in given_scores]
    assert order.index(domain.recommend(scores(*raised)).advice) >= order.index(before)


def test_an_analysis_is_concluded_when_all_have_spoken():
    assert domain.conclude({A: Position.NO_GO}, [A, B]) is Status.OPEN
    assert domain.conclude({A: Position.GO, B: Position.GO}, [A, B]) is Status.GO
    assert domain.conclude({A: Position.GO, B: Position.NO_GO}, [A, B]) is Status.NO_GO


def test_what_no_longer_fits_is_refused():
    with pytest.raises(domain.CharterInForce):
        domain.check_may_open(in_force=True, one_is_open=False)
    with pytest.raises(domain.AnalysisOpen):
        domain.check_may_open(in_force=False, one_is_open=True)
    with pytest.raises(domain.ScoresSettled):
        domain.check_scorable(Status.OPEN, decided=True, scored=True)
    domain.check_scorable(Status.OPEN, decided=True, scored=False)
    with pytest.raises(domain.AnalysisConcluded):
        domain.check_scorable(Status.GO, decided=False, scored=False)
    with pytest.raises(domain.ScoresAwaited):
        domain.check_decidable(Status.OPEN, [B])
