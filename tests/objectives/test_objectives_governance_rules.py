"""Working days, delegations, dissent and findings, without the web or a database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from objectives.samples import PARTIES, START, mandate

from entente_objectives.committees import domain as committees
from entente_objectives.decision_log import domain as decision_log
from entente_objectives.decision_log.domain import Ballot, Statement
from entente_objectives.delegations import domain as delegations
from entente_objectives.delegations.domain import Grant
from entente_objectives.governance import domain as governance
from entente_objectives.governance.domain import Bench, Seat, Status
from entente_objectives.linting import domain as linting
from entente_objectives.linting.domain import Body, Kind, OpenDecision, PartyWeight
from entente_objectives.mandates.domain import Domain, Tier, Veto
from entente_objectives.partnerships.domain import Role
from entente_objectives.receipts import domain as receipts
from entente_objectives.receipts.domain import Notice
from entente_objectives.voting import domain as voting
from entente_objectives.voting.domain import Choice

PEOPLE = [UUID(int=200 + number) for number in range(6)]
DAY = timedelta(days=1)
moments = st.integers(0, 10**9).map(lambda seconds: START + timedelta(seconds=seconds))


# ---------------------------------------------------------------------- working days
@pytest.mark.parametrize(
    ("start", "days", "end"),
    [  # counted in a calendar of 2026
        ((1, 1), 1, (1, 2)),  # Thursday -> Friday
        ((1, 2), 1, (1, 5)),  # Friday -> Monday
        ((1, 3), 1, (1, 5)),  # Saturday -> Monday
        ((1, 4), 1, (1, 5)),  # Sunday -> Monday
        ((1, 4), 5, (1, 9)),  # Sunday -> Friday
        ((1, 5), 5, (1, 12)),  # Monday -> Monday
        ((1, 7), 13, (1, 26)),  # Wednesday -> Monday: two weeks and three days
    ],
)
def test_working_days_pass_over_weekends(start, days, end):
    assert receipts.after_working_days(datetime(2026, *start, 8, tzinfo=UTC), days) == datetime(
        2026, *end, 8, tzinfo=UTC
    )


@given(start=moments, days=st.integers(1, 60))
def test_working_days_are_as_counted_one_by_one(start, days):
    moment, left = start, days
    while left:
        moment += DAY
        left -= moment.weekday() < 5
    assert receipts.after_working_days(start, days) == moment


@given(received=st.none() | moments, deemed=moments)
def test_a_receipt_never_gives_a_party_more_time_than_it_had(received, deemed):
    given_at = Notice(PARTIES[0], deemed, received).given_at
    assert given_at <= deemed
    assert given_at in {received, deemed}


# ---------------------------------------------------------------------- delegations
def grant(who, to, starts=0, ends=10, domain=None):
    end = None if ends is None else START + ends * DAY
    return Grant(PEOPLE[who], PEOPLE[to], domain, START + starts * DAY, end)


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        (grant(0, 1, 10, 20), False),
        (grant(0, 1, 9, 20), True),
        (grant(0, 1, 20, None), False),
        (grant(0, 1, 0, None), True),
        (grant(0, 1, domain=Domain.REBASELINE), False),
        (grant(0, 1, domain=Domain.GENERAL), True),
        (grant(0, 1), True),
    ],
)
def test_delegations_meet_where_both_could_hold(other, meets):
    one = grant(0, 1, 0, 10, Domain.GENERAL)
    assert one.meets(other) is other.meets(one) is meets


grants = st.builds(
    grant,
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 8),
    st.integers(1, 12),
    st.sampled_from([None, Domain.GENERAL, Domain.REBASELINE]),
)


@given(asked=st.lists(grants, max_size=12), day=st.integers(0, 12), domain=st.sampled_from(Domain))
def test_whatever_is_granted_no_vote_is_passed_on_and_none_is_given_twice(asked, day, domain):
    standing = []
    for each in asked:
        try:
            delegations.check_grant(each, START, set(PEOPLE[:4]), standing)
        except (delegations.InvalidDelegation, delegations.DelegationClash):
            continue
        standing.append(each)
    holding = [each for each in standing if each.holds(domain, START + day * DAY)]
    assert len({each.person_id for each in holding}) == len(holding)
    assert not {each.person_id for each in holding} & {each.delegate_id for each in holding}


def test_a_vote_goes_to_no_one_of_another_party_or_who_has_left():
    parties = {PEOPLE[0]: PARTIES[0], PEOPLE[1]: PARTIES[1], PEOPLE[2]: PARTIES[0]}
    given_away = [grant(0, 1), grant(2, 3)]
    assert delegations.delegates(given_away, Domain.GENERAL, START, parties) == {}
    assert delegations.delegates([grant(0, 2)], Domain.GENERAL, START, parties) == {PEOPLE[0]: PEOPLE[2]}
    assert delegations.delegates([grant(0, 2)], Domain.GENERAL, START + 10 * DAY, parties) == {}


def test_a_delegated_vote_weighs_what_it_did():
    electorate = [voting.Elector(PEOPLE[n], PARTIES[n % 2], PEOPLE[n], Decimal(1)) for n in range(4)]
    changed = voting.delegated(electorate, {PEOPLE[0]: PEOPLE[2]})
    assert [elector.voter_id for elector in changed] == [PEOPLE[2], PEOPLE[1], PEOPLE[2], PEOPLE[3]]
    assert voting.member_weights(changed) == voting.member_weights(electorate)


# ---------------------------------------------------------------------- who votes
def seat(number, role, party=None):
    return Seat(
        UUID(int=100 + number), PARTIES[number % 3 if party is None else party], PEOPLE[number], role, Decimal(1)
    )


SEATS = [seat(0, Role.SPONSOR), seat(1, Role.SPONSOR), seat(2, Role.COMMITTEE_MEMBER), seat(3, Role.CONTRIBUTOR)]


def electors(tier, **bench):
    decides, found = governance.electorate(tier, Bench(SEATS, **bench))
    return decides, [elector.person_id for elector in found]


def test_a_named_committee_votes_whatever_roles_its_members_have():
    assert electors(Tier.COMMITTEE) == (Tier.COMMITTEE, [PEOPLE[2]])
    chosen = {SEATS[0].member_id, SEATS[3].member_id}
    assert electors(Tier.COMMITTEE, committee=chosen) == (Tier.COMMITTEE, [PEOPLE[0], PEOPLE[3]])
    assert electors(Tier.COMMITTEE, committee=set()) == (Tier.SPONSORS, PEOPLE[:2])


def test_the_party_concerned_is_silent_only_at_the_tiers_that_say_so():
    assert electors(Tier.SPONSORS, concerned=PARTIES[0]) == (Tier.SPONSORS, PEOPLE[:2])
    assert electors(Tier.SPONSORS, concerned=PARTIES[0], silent={Tier.SPONSORS}) == (Tier.SPONSORS, [PEOPLE[1]])
    assert electors(Tier.SPONSORS, concerned=PARTIES[0], silent={Tier.COMMITTEE}) == (Tier.SPONSORS, PEOPLE[:2])


# ---------------------------------------------------------------------- dissent
def ballot(person, choice, cast_by=None, reason=None):
    return Ballot(PEOPLE[person], PEOPLE[person if cast_by is None else cast_by], PARTIES[0], choice, reason)


VOTES = [ballot(0, Choice.NO, reason="dear"), ballot(1, Choice.YES), ballot(2, Choice.NO, 3), ballot(3, Choice.NO)]


def test_dissent_is_a_no_that_lost_by_who_cast_it():
    first, second = decision_log.dissents(Status.APPROVED, VOTES, {})
    assert (first.person_id, first.reason, first.reason_is_awaited) == (PEOPLE[0], "dear", False)
    assert (second.person_id, second.elector_ids, second.reason_is_awaited) == (PEOPLE[3], (PEOPLE[2], PEOPLE[3]), True)
    stated = {PEOPLE[3]: Statement("late", START)}
    assert not decision_log.dissents(Status.APPROVED, VOTES, stated)[1].reason_is_awaited


@pytest.mark.parametrize("status", [Status.OPEN, Status.REFUSED, Status.VETOED, Status.EXPIRED])
def test_there_is_no_dissent_from_what_was_not_carried(status):
    assert decision_log.dissents(status, VOTES, {}) == []
    with pytest.raises(decision_log.NothingLost):
        decision_log.check_dissent(status, PEOPLE[0], [])


# ---------------------------------------------------------------------- committees and findings
def test_a_committee_keeps_its_mandates_its_key_and_its_members():
    committees.check_dissolution([])
    committees.check_rhythm(None)
    committees.check_chair(None, ())
    with pytest.raises(committees.CommitteeNeeded, match="a, b"):
        committees.check_dissolution(["b", "a"])


EQUAL = [PartyWeight(party, f"Party {number}", Decimal(1)) for number, party in enumerate(PARTIES)]


def body(*numbers, **changes):
    people = frozenset(UUID(int=100 + number) for number in numbers)
    return Body("Steering", people, **{"id": UUID(int=9), "key": "steering", "chair_id": UUID(int=100), **changes})


def kinds(found):
    return [finding.kind for finding in found]


def test_a_balanced_committee_is_sound_and_an_empty_one_is_for_its_mandate_to_tell():
    assert kinds(linting.body_findings(body(0, 1, 2), SEATS, EQUAL)) == []
    assert kinds(linting.body_findings(body(), SEATS, EQUAL)) == []


def test_more_than_seven_are_too_many():
    seats = [Seat(UUID(int=100 + n), PARTIES[n % 3], UUID(int=300 + n), Role.CONTRIBUTOR, Decimal(1)) for n in range(8)]
    assert kinds(linting.body_findings(body(*range(7)), seats, EQUAL)) == []
    assert kinds(linting.body_findings(body(*range(8)), seats, EQUAL)) == [Kind.TOO_LARGE]


def test_half_of_the_weight_is_no_majority_yet():
    half = [
        PartyWeight(PARTIES[0], "Large", Decimal("0.5")),
        *(PartyWeight(p, "S", Decimal("0.25")) for p in PARTIES[1:]),
    ]
    assert kinds(linting.body_findings(body(0, 1, 2), SEATS, half)) == []
    more = [PartyWeight(PARTIES[0], "Large", Decimal("0.51")), *half[1:]]
    assert kinds(linting.body_findings(body(0, 1, 2), SEATS, more)) == [Kind.MAJORITY_OF_ONE]
    assert kinds(linting.body_findings(body(0, 1), SEATS, EQUAL)) == [Kind.VOTELESS_PARTY]


def test_every_finding_can_be_read_in_full():
    large = [Seat(UUID(int=100 + n), PARTIES[0], UUID(int=300 + n), Role.CONTRIBUTOR, Decimal(1)) for n in range(8)]
    wide = Veto(("safety",), timedelta(days=28), deemed_after=5 * DAY)
    named = mandate(committee="steering", veto=wide)
    slow = body(0, meets_every=40 * DAY, chair_id=None)
    late = OpenDecision(UUID(int=8), START, START + 30 * DAY, slow.id)
    quick = body(0, meets_every=7 * DAY)
    found = [
        *linting.body_findings(body(*range(8), chair_id=None), large, EQUAL),
        *linting.body_findings(body(0, 1), SEATS, [EQUAL[0], PartyWeight(PARTIES[1], "Large", Decimal(9))]),
        *linting.mandate_findings(named, [slow], SEATS),
        *linting.mandate_findings(named, [], SEATS),
        *linting.mandate_findings(named, [body()], SEATS),
        *linting.decision_findings(late, [quick], START + 8 * DAY),
        *linting.decision_findings(late, [quick], START + 30 * DAY),
    ]
    assert set(kinds(found)) == set(Kind)
    assert all("{" not in finding.text.format(**finding.params) for finding in found)


@pytest.mark.parametrize(("deemed", "days"), [(None, 0), (1, 10), (5, 14), (6, 17), (15, 28)])
def test_how_long_after_the_votes_a_veto_can_come(deemed, days):
    """The notice meets at most one weekend in each five working days that it has begun; the window is 7 days."""
    veto = Veto(("safety",), timedelta(days=7), deemed_after=deemed and deemed * DAY)
    assert linting.veto_span(mandate(veto=veto)) == timedelta(days=days)
