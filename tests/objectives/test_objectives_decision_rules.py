"""Who votes in a decision, until when, and when its outcome is final."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from objectives.samples import PARTIES, START, mandate

from entente_objectives.governance import domain
from entente_objectives.governance.domain import Bench, Seat, Status
from entente_objectives.mandates.domain import Tier, Veto
from entente_objectives.partnerships.domain import Role
from entente_objectives.voting.domain import Verdict
from entente_shared.events import objectives as contract

LATER = START + timedelta(days=7)
VETOABLE = mandate(veto=Veto(("safety", "law"), timedelta(days=7)))


def seat(number, role):
    return Seat(UUID(int=100 + number), PARTIES[number % 3], UUID(int=200 + number), role, Decimal(1))


SEATS = [seat(0, Role.SPONSOR), seat(1, Role.SPONSOR), seat(2, Role.ALLIANCE_MANAGER), seat(3, Role.OBSERVER)]


@pytest.mark.parametrize(
    ("tier", "decides", "people"),
    [
        (Tier.ALLIANCE_MANAGERS, Tier.ALLIANCE_MANAGERS, [202]),
        (Tier.COMMITTEE, Tier.SPONSORS, [200, 201]),  # nobody sits in the committee
        (Tier.SPONSORS, Tier.SPONSORS, [200, 201]),
    ],
)
def test_the_tiers_role_votes_or_the_next_heavier_one(tier, decides, people):
    decided_by, electors = domain.electorate(tier, Bench(SEATS))
    assert decided_by is decides
    assert [elector.person_id.int for elector in electors] == people


def test_nobody_votes_where_no_tier_has_an_elector():
    assert domain.electorate(Tier.COMMITTEE, Bench(SEATS[2:])) == (Tier.SPONSORS, [])


@pytest.mark.parametrize(
    ("verdict", "now", "veto_until", "status"),
    [
        (Verdict.PASSED, START, None, Status.APPROVED),
        (Verdict.PASSED, START, LATER, Status.PASSED),
        (Verdict.PASSED, LATER, LATER, Status.APPROVED),
        (Verdict.REFUSED, START, LATER, Status.REFUSED),
        (Verdict.EXPIRED, LATER, LATER, Status.EXPIRED),
    ],
)
def test_an_approval_is_final_after_the_veto_window(verdict, now, veto_until, status):
    assert domain.finalise(verdict, now, veto_until) is status


def test_an_elector_votes_while_the_decision_is_open():
    domain.check_vote(Status.OPEN, START, LATER, elector=True)


def test_a_stranger_has_no_vote():
    with pytest.raises(domain.NotAnElector):
        domain.check_vote(Status.OPEN, START, LATER, elector=False)


@pytest.mark.parametrize(("status", "now"), [(Status.PASSED, START), (Status.REFUSED, START), (Status.OPEN, LATER)])
def test_a_late_vote_is_refused_even_before_the_timer_ran(status, now):
    with pytest.raises(domain.DecisionClosed):
        domain.check_vote(status, now, LATER, elector=True)


@pytest.mark.parametrize("status", [Status.OPEN, Status.PASSED])
def test_a_listed_ground_vetoes_within_the_window(status):
    domain.check_veto(VETOABLE, status, START, LATER, "law")


def test_other_grounds_are_refused_and_the_listed_ones_named():
    with pytest.raises(domain.UnknownGround, match="safety, law"):
        domain.check_veto(VETOABLE, Status.OPEN, START, LATER, "taste")


@pytest.mark.parametrize(("status", "now"), [(Status.REFUSED, START), (Status.OPEN, LATER), (Status.APPROVED, LATER)])
def test_a_late_veto_is_refused(status, now):
    with pytest.raises(domain.VetoUnavailable, match="closed"):
        domain.check_veto(VETOABLE, status, now, LATER, "law")


def test_without_a_veto_in_the_mandate_there_is_none():
    with pytest.raises(domain.VetoUnavailable, match="vote no"):
        domain.check_veto(mandate(), Status.OPEN, START, None, "law")


def test_outcomes_are_those_of_the_events():
    assert {status.value for status in domain.FINAL} == {outcome.value for outcome in contract.Outcome}
