"""A15 against what Aragon publishes, and veto windows against the DESCA model's clause."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from objectives.samples import mandate

from entente_objectives.mandates.domain import Veto
from entente_objectives.receipts import domain as receipts
from entente_objectives.receipts.domain import Notice
from entente_objectives.voting.domain import Count, Tally, Verdict, conclude, conclude_at_expiry

PASSED, REFUSED, EXPIRED = Verdict.PASSED, Verdict.REFUSED, Verdict.EXPIRED


def tally(yes, no, abstain, of):
    """Aragon counts tokens alone: here the parties weigh as the tokens do."""
    count = Count(Fraction(yes), Fraction(no), Fraction(abstain), Fraction(of))
    return Tally(weight=count, party=count)


# Aragon's Voting app, github.com/aragon/aragon-apps, apps/voting/test/contracts/voting.js (28fa686): holders of 20, 29 and
# 51 tokens, support required 50 %, minimum acceptance quorum 20 % of all tokens, which only yes fulfils: `approval` here.
# (yes, no, of, support, approval) -> can be executed while it is open, and when its time is over.
APP = [
    # "deciding voting is automatically executed", "vote can be executed automatically if decided"
    (51, 0, 100, 0.5, 0.2, True, True),
    # "changing required support does not affect vote required support": 51 and 20 for it, 29 against
    (71, 29, 100, 0.5, 0.2, True, True),
    # "changing min quorum doesnt affect vote min quorum": 29 of 100 alone
    (29, 0, 100, 0.5, 0.2, False, True),
    # "can execute if vote is approved with support and quorum"
    (29, 20, 100, 0.5, 0.2, False, True),
    # "cannot execute vote if not support met"
    (0, 49, 100, 0.5, 0.2, False, False),
    # "new vote cannot be executed before holder2 voting": supply 3, support 34 %, holders of 1 and 2
    (0, 0, 3, 0.34, 0.2, False, False),
    (1, 0, 3, 0.34, 0.2, False, None),
    (3, 0, 3, 0.34, 0.2, True, True),
    # "creating vote as holder2 executes vote"
    (2, 0, 3, 0.34, 0.2, True, True),
    # "tests strict inequality": 10 over 20 should not pass for 50 %
    (10, 10, 20, 0.5, 0.2, False, False),
]


@pytest.mark.parametrize(("yes", "no", "of", "support", "approval", "early", "finally_"), APP)
def test_a15_comes_out_as_aragons_voting_app(yes, no, of, support, approval, early, finally_):
    rules, result = mandate(support=support, quorum=0.0, approval=approval), tally(yes, no, 0, of)
    assert (conclude(rules, result) is PASSED) == early
    if finally_ is not None:  # the app's test ends before the time is over
        assert (conclude_at_expiry(rules, result) is PASSED) == finally_


# Aragon OSx, github.com/aragon/osx (81be5df), packages/contracts/test/plugins/governance/majority-voting/addresslist/
# addresslist-voting.ts, "Different configurations": ten voters, support threshold 50 %, minimum participation as given.
# (yes, no, abstain, participation) -> can execute before the end, can execute after it
OSX = [
    # ">50% support and >=25% participation": support high enough but participation too low
    (1, 0, 0, 0.25, False, False),
    # participation high enough but support too low
    (1, 2, 0, 0.25, False, False),
    # executes after the duration if participation and support are met
    (3, 0, 0, 0.25, False, True),
    # executes early if ... the vote outcome cannot change anymore: not with five of ten, but with six
    (5, 0, 0, 0.25, False, True),
    (6, 0, 0, 0.25, True, True),
    (6, 4, 0, 0.25, True, True),
    # the special majority, where three quarters have to take part: participation too low, then support
    (1, 0, 0, 0.75, False, False),
    (1, 7, 0, 0.75, False, False),
    (3, 2, 3, 0.75, False, True),
    # should not allow the vote to pass if the minimum participation is not reached
    (6, 0, 0, 0.75, False, False),
    # early with an abstention: 4:3, then 5:3, then 5:3:1, where the one vote left cannot undo it
    (4, 3, 0, 0.75, False, False),
    (5, 3, 0, 0.75, False, True),
    (5, 3, 1, 0.75, True, True),
]


@pytest.mark.parametrize(("yes", "no", "abstain", "participation", "early", "finally_"), OSX)
def test_a15_comes_out_as_aragon_osx(yes, no, abstain, participation, early, finally_):
    rules, result = mandate(support=0.5, quorum=participation, approval=0.0), tally(yes, no, abstain, 10)
    assert (conclude(rules, result) is PASSED) == early
    assert (conclude_at_expiry(rules, result) is PASSED) == finally_


def test_the_edge_case_of_thresholds_of_zero_comes_out_as_aragon_osx():
    """Same file, "An edge case with supportThreshold = 0 and minParticipation = 0"."""
    rules = mandate(support=0.0, quorum=0.0, approval=0.0)
    assert conclude(rules, tally(0, 0, 0, 10)) is None
    assert conclude_at_expiry(rules, tally(0, 0, 0, 10)) is not PASSED
    assert conclude(rules, tally(1, 0, 0, 10)) is PASSED


def test_minimum_and_threshold_are_those_of_osx_where_the_two_aragons_differ():
    """Support is above its threshold, the minima are reached at their value (docs.aragon.org, MajorityVotingBase).

    Its example: a minimum participation of 40 % of 10 is reached by 4. The older Voting app wants more than the minimum:
    20 tokens of 100 do not fulfil a quorum of 20 % there ("cannot execute vote if not enough quorum met"); here they do.
    """
    assert conclude_at_expiry(mandate(quorum=0.4), tally(3, 1, 0, 10)) is PASSED
    assert conclude_at_expiry(mandate(quorum=0.4), tally(3, 0, 0, 10)) is EXPIRED
    assert conclude_at_expiry(mandate(quorum=0.0), tally(2, 2, 0, 10)) is REFUSED
    assert conclude_at_expiry(mandate(quorum=0.0, approval=0.2), tally(20, 0, 0, 100)) is PASSED


# DESCA's "Veto rights": a member may veto a decision taken without a meeting "within 15 calendar days after receipt of the
# written notice by the chairperson of the outcome of the vote" (6.3.5.4 in the agreements at lawinsider.com/clause/
# veto-rights/_4; 6.2.4.3 in the DESCA 2020 wording counts the same days from when the minutes were sent). When a party
# that confirms nothing counts as told is for the mandate to say: after three working days here.
DESCA = mandate(veto=Veto(("legitimate interests",), timedelta(days=15), deemed_after=timedelta(days=3)))
TAKEN = datetime(2026, 3, 5, 12, tzinfo=UTC)  # a Thursday
PARTIES = [UUID(int=number) for number in range(1, 4)]

RECEIVED = [
    # received -> the last moment of that party's window, fifteen calendar days later
    (datetime(2026, 3, 5, 12, tzinfo=UTC), datetime(2026, 3, 20, 12, tzinfo=UTC)),
    (datetime(2026, 3, 6, 9, tzinfo=UTC), datetime(2026, 3, 21, 9, tzinfo=UTC)),  # a Saturday: calendar days
    (datetime(2026, 3, 8, 18, tzinfo=UTC), datetime(2026, 3, 23, 18, tzinfo=UTC)),  # received on a Sunday
    # Thursday plus three working days is Tuesday, 10 March: who confirms later, or never, was told then
    (datetime(2026, 3, 10, 13, tzinfo=UTC), datetime(2026, 3, 25, 12, tzinfo=UTC)),
    (None, datetime(2026, 3, 25, 12, tzinfo=UTC)),
]


@pytest.mark.parametrize(("received", "until"), RECEIVED)
def test_a_veto_window_is_fifteen_calendar_days_from_the_partys_own_receipt(received, until):
    (given,) = receipts.notices(DESCA, TAKEN, PARTIES[:1], None)
    notice = Notice(given.party_id, given.deemed_at, received)
    assert notice.until(DESCA.veto.window) == until


def test_a_decision_is_final_when_the_last_partys_window_has_ended():
    told = receipts.notices(DESCA, TAKEN, PARTIES, None)
    first, second, third = told
    assert receipts.final_moment(told, DESCA.veto.window) == datetime(2026, 3, 25, 12, tzinfo=UTC)
    received = [Notice(first.party_id, first.deemed_at, TAKEN), Notice(second.party_id, second.deemed_at, TAKEN), third]
    assert receipts.final_moment(received, DESCA.veto.window) == datetime(2026, 3, 25, 12, tzinfo=UTC)
    received[2] = Notice(third.party_id, third.deemed_at, TAKEN + timedelta(hours=1))
    assert receipts.final_moment(received, DESCA.veto.window) == datetime(2026, 3, 20, 13, tzinfo=UTC)


def test_a_defaulting_party_is_not_told_for_it_may_not_veto():
    """6.3.5.6: "A Party may neither veto decisions relating to its identification to be in breach of its obligations"."""
    told = receipts.notices(DESCA, TAKEN, PARTIES, PARTIES[1])
    assert [notice.party_id for notice in told] == [PARTIES[0], PARTIES[2]]
