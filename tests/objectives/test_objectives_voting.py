"""A15, against tables that were computed by hand."""

from decimal import Decimal
from fractions import Fraction
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from objectives.samples import mandate

from entente_objectives.voting.domain import (
    RULE_VERSION,
    Choice,
    Elector,
    Verdict,
    conclude,
    conclude_at_expiry,
    member_weights,
    tally,
)

CHOICES = {"y": Choice.YES, "n": Choice.NO, "a": Choice.ABSTAIN}


def chamber(*parties):
    """`("0.4", 2)` is a party that weighs 0.4 and has two electors."""
    electorate = []
    for party, (weight, electors) in enumerate(parties, start=1):
        for _ in range(electors):
            person = UUID(int=1000 + len(electorate))
            electorate.append(Elector(UUID(int=person.int + 1000), UUID(int=party), person, Decimal(weight)))
    return electorate


def cast(electorate, ballots):
    """`"yn."`: the first says yes, the second no, the third nothing yet."""
    chosen = zip(electorate, ballots, strict=True)
    return tally(electorate, {elector.person_id: CHOICES[b] for elector, b in chosen if b != "."})


def rule(support=0.5, quorum=0.0, approval=0.0):
    return mandate(support=support, quorum=quorum, approval=approval)


THREE = chamber(("0.4", 1), ("0.35", 1), ("0.25", 1))
EVEN = chamber(("1", 1), ("1", 1), ("1", 1), ("1", 1))

# support s, quorum q, approval a, ballots -> while open, at expiry
TABLE = [
    # yes 0.75 of 1 and 2 of 3: the last vote cannot change it (0.75/1 > 0.5, 2/3 > 0.5)
    (THREE, 0.5, 0.5, 0.0, "yy.", Verdict.PASSED, Verdict.PASSED),
    # 0.4 yes: two parties are silent and could still say no
    (THREE, 0.5, 0.0, 0.0, "y..", None, Verdict.PASSED),
    # 0.4 of 1 took part, the quorum is 0.5
    (THREE, 0.5, 0.5, 0.0, "y..", None, Verdict.EXPIRED),
    # by weight 0.4 against 0.6: even the best is below a half
    (THREE, 0.5, 0.5, 0.0, ".nn", Verdict.REFUSED, Verdict.REFUSED),
    # by weight 0.65 against 0.35 passes, and by party 2 against 1
    (THREE, 0.5, 0.5, 0.0, "yny", Verdict.PASSED, Verdict.PASSED),
    # by weight 0.6 passes 0.55, by party 2/3 passes too
    (THREE, 0.55, 0.0, 0.0, "nyy", Verdict.PASSED, Verdict.PASSED),
    # by party 2/3 is not above 0.7, though by weight 0.75 is
    (THREE, 0.7, 0.0, 0.0, "yyn", Verdict.REFUSED, Verdict.REFUSED),
    # exactly one half is not above one half
    (EVEN, 0.5, 0.0, 0.0, "yynn", Verdict.REFUSED, Verdict.REFUSED),
    # abstentions count for the quorum and not against: 1/(1+0) > 0.5, 4/4 took part
    (EVEN, 0.5, 1.0, 0.0, "yaaa", Verdict.PASSED, Verdict.PASSED),
    # but yes/N = 1/4 is below the approval of 0.3
    (EVEN, 0.5, 1.0, 0.3, "yaaa", Verdict.REFUSED, Verdict.REFUSED),
    # yes/N = 2/4 is at least 0.5; the silent one cannot undo 2 against 1
    (EVEN, 0.5, 0.5, 0.5, "yyn.", None, Verdict.PASSED),
    (EVEN, 0.4, 0.5, 0.5, "yyn.", Verdict.PASSED, Verdict.PASSED),
    # everybody abstains: nobody said yes
    (EVEN, 0.0, 0.5, 0.0, "aaaa", Verdict.REFUSED, Verdict.REFUSED),
    # nobody voted; without a quorum that is still nobody's refusal
    (EVEN, 0.5, 0.0, 0.0, "....", None, Verdict.EXPIRED),
    # a quorum of 1: three votes do not decide, whatever they say
    (EVEN, 0.5, 1.0, 0.0, "yyy.", None, Verdict.EXPIRED),
    (EVEN, 0.5, 1.0, 0.0, "nn..", Verdict.REFUSED, Verdict.EXPIRED),
]


@pytest.mark.parametrize(("electorate", "support", "quorum", "approval", "ballots", "open_", "expired"), TABLE)
def test_votes_come_out_as_computed_by_hand(electorate, support, quorum, approval, ballots, open_, expired):
    mandated, result = rule(support, quorum, approval), cast(electorate, ballots)
    assert conclude(mandated, result) == open_
    assert conclude_at_expiry(mandated, result) == expired


def test_a_heavy_party_alone_cannot_carry_a_vote_against_the_parties():
    electorate = chamber(("0.8", 1), ("0.1", 1), ("0.1", 1))
    assert conclude(rule(), cast(electorate, "ynn")) is Verdict.REFUSED  # weight 0.8 > 0.5, parties 1/3


def test_many_light_parties_cannot_carry_a_vote_against_the_weight():
    electorate = chamber(("0.8", 1), ("0.1", 1), ("0.1", 1))
    assert conclude(rule(), cast(electorate, "nyy")) is Verdict.REFUSED  # parties 2/3, weight 0.2


def test_electors_of_a_party_share_its_weight_and_its_one_vote():
    electorate = chamber(("0.6", 3), ("0.4", 1))
    weights = member_weights(electorate)
    assert list(weights.values()) == [Fraction(1, 5)] * 3 + [Fraction(2, 5)]
    result = cast(electorate, "yyny")
    assert (result.weight.yes, result.weight.no) == (Fraction(4, 5), Fraction(1, 5))
    assert (result.party.yes, result.party.no) == (Fraction(5, 3), Fraction(1, 3))


def test_thirds_add_up_to_the_whole():
    electorate = chamber(("1", 3), ("1", 3))
    assert conclude(rule(quorum=1.0, approval=1.0), cast(electorate, "yyyyyy")) is Verdict.PASSED


def test_a_threshold_is_the_decimal_that_was_written():
    electorate = chamber(*[("1", 1)] * 5)
    assert conclude(rule(support=0.6), cast(electorate, "yyynn")) is Verdict.REFUSED  # 3/5 is not above 0.6
    assert conclude(rule(approval=0.6), cast(electorate, "yyynn")) is Verdict.PASSED  # 3/5 is at least 0.6
    assert conclude(rule(support=1e-05), cast(electorate, "ynnnn")) is Verdict.PASSED


@settings(max_examples=60)
@given(
    ballots=st.lists(st.sampled_from("yna."), min_size=4, max_size=4),
    thresholds=st.tuples(*[st.sampled_from([0.0, 0.25, 0.4, 0.5, 0.66, 0.9])] * 3),
)
def test_a_vote_closes_early_exactly_when_no_continuation_ends_otherwise(ballots, thresholds):
    electorate, mandated = chamber(("0.5", 2), ("0.3", 1), ("0.2", 1)), rule(*thresholds)
    endings = set()
    for rest in product("yna.", repeat=ballots.count(".")):
        coming = iter(rest)
        final = [next(coming) if ballot == "." else ballot for ballot in ballots]
        endings.add(conclude_at_expiry(mandated, cast(electorate, final)) is Verdict.PASSED)
    expected = None if len(endings) == 2 else Verdict.PASSED if True in endings else Verdict.REFUSED
    assert conclude(mandated, cast(electorate, ballots)) == expected


def test_the_rule_names_its_version():
    assert RULE_VERSION == "A15/1"
