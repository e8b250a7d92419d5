"""What a partnership is made of, and how its clock moves."""

from datetime import timedelta
from decimal import Decimal

import pytest
from objectives.samples import PARTIES, START

from entente_objectives.partnerships import domain
from entente_objectives.partnerships.domain import ClockMode, Role
from entente_shared.events import objectives as contract

ONE = Decimal(1)


def test_two_to_fifty_different_organisations_form_a_partnership():
    domain.check_parties(PARTIES, [ONE] * 3)


@pytest.mark.parametrize(
    ("organisations", "weights", "pointer"),
    [
        (PARTIES[:1], [ONE], "/parties"),
        (PARTIES * 17, [ONE] * 51, "/parties"),
        ([PARTIES[0], PARTIES[1], PARTIES[0]], [ONE] * 3, "/parties/2/organisation_id"),
        (PARTIES, [ONE, Decimal(0), ONE], "/parties/1/weight"),
    ],
)
def test_other_circles_are_refused(organisations, weights, pointer):
    with pytest.raises(domain.InvalidPartnership) as refused:
        domain.check_parties(organisations, weights)
    assert refused.value.pointer == pointer


def test_a_replayed_clock_needs_its_first_moment():
    domain.check_start(ClockMode.REPLAY, START)
    domain.check_start(ClockMode.REAL, None)
    with pytest.raises(domain.InvalidPartnership, match="needs its first moment"):
        domain.check_start(ClockMode.REPLAY, None)
    with pytest.raises(domain.InvalidPartnership, match="only a replayed clock"):
        domain.check_start(ClockMode.REAL, START)


def test_a_replayed_clock_runs_forward():
    later = START + timedelta(seconds=1)
    assert domain.advance(ClockMode.REPLAY, START, later) is True
    assert domain.advance(ClockMode.REPLAY, START, START) is False
    with pytest.raises(domain.ClockRunsForward):
        domain.advance(ClockMode.REPLAY, later, START)


def test_real_time_is_nobodys_to_move():
    with pytest.raises(domain.ClockIsReal):
        domain.advance(ClockMode.REAL, START, START + timedelta(days=1))


def test_a_party_keeps_a_sponsor():
    domain.check_removal(1)
    with pytest.raises(domain.LastSponsor):
        domain.check_removal(0)


def test_roles_and_clocks_are_those_of_the_events():
    assert [role.value for role in Role] == [role.value for role in contract.Role]
    assert [mode.value for mode in ClockMode] == [mode.value for mode in contract.ClockMode]
