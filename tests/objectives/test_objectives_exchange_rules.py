"""The rules of exchange and community by themselves."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente_objectives.clauses.domain import Channel, MessageType, Urgency
from entente_objectives.feedback import domain as feedback
from entente_objectives.ideas import domain as ideas
from entente_objectives.messages import domain as messages
from entente_objectives.messages import protocol
from entente_objectives.messages.domain import Place
from entente_objectives.rituals import domain as rituals
from entente_objectives.secondments import domain as secondments
from entente_objectives.secondments.domain import Days
from entente_objectives.visibility import domain as visibility
from entente_objectives.visibility.domain import Visibility
from entente_shared.events.objectives import Role

PARTIES = {UUID(int=number): UUID(int=100 + number) for number in range(1, 5)}
parties = st.sampled_from(sorted(PARTIES))


# ------------------------------------------------------------------ visibility
@given(parties, st.sets(parties, min_size=1))
def test_named_parties_and_the_author_see_a_record_and_nobody_else(own, named):
    sight = visibility.sight(Visibility.NAMED, own, named, PARTIES)
    assert set(sight.parties) == {own} | named
    assert set(sight.organisations) == {PARTIES[party] for party in sight.parties}


@given(parties)
def test_a_record_is_for_all_or_for_the_own_party(own):
    assert set(visibility.sight(Visibility.SHARED, own, (), PARTIES).parties) == set(PARTIES)
    assert visibility.sight(Visibility.PARTY, own, (), PARTIES).organisations == (PARTIES[own],)


# ------------------------------------------------------------------ the communication protocol
LINES = [
    {"type": "concern", "urgency": "high", "channels": ["email"], "roles": ["sponsor"]},
    {"type": "concern", "urgency": "high", "channels": ["meeting", "email"], "roles": ["mediator", "sponsor"]},
    {"type": "information", "urgency": "low", "channels": ["stream"], "roles": ["observer"]},
]


def test_what_the_charter_says_goes_before_the_default():
    route = protocol.route(protocol.rules(LINES), MessageType.CONCERN, Urgency.HIGH)
    assert route == protocol.Route((Channel.EMAIL, Channel.MEETING), (Role.SPONSOR, Role.MEDIATOR), True)
    route = protocol.route(protocol.rules(LINES), MessageType.INFORMATION, Urgency.LOW)
    assert route == protocol.Route((Channel.STREAM,), (Role.OBSERVER,), True)


@pytest.mark.parametrize("content", [None, [], LINES])
@pytest.mark.parametrize(
    ("kind", "urgency", "channels", "roles"),
    [
        ("information", "normal", ["stream"], ["alliance_manager"]),
        ("information", "immediate", ["stream", "email", "webhook"], ["alliance_manager"]),
        ("innovation", "low", ["stream"], ["alliance_manager", "committee_member"]),
        ("concern", "normal", ["stream"], ["alliance_manager"]),
        ("concern", "immediate", ["stream", "email", "webhook"], ["alliance_manager", "sponsor"]),
    ],
)
def test_where_the_charter_says_nothing_the_default_holds(content, kind, urgency, channels, roles):
    route = protocol.route(protocol.rules(content), MessageType(kind), Urgency(urgency))
    assert ([*map(str, route.channels)], [*map(str, route.roles)], route.of_charter) == (channels, roles, False)


@given(st.sampled_from(MessageType), st.sampled_from(Urgency))
def test_every_message_has_a_channel_and_somebody_to_reach(kind, urgency):
    route = protocol.route((), kind, urgency)
    assert route.channels
    assert route.roles


places = st.lists(
    st.builds(
        lambda number, party, person, role: Place(UUID(int=1000 + number), UUID(int=party), UUID(int=person), role),
        st.integers(0, 99), st.integers(1, 3), st.integers(1, 6), st.sampled_from(Role),
    ),
    max_size=12,
)  # fmt: skip


@given(places, st.sets(st.sampled_from(Role), min_size=1), st.sets(st.integers(1, 3), min_size=1), st.integers(1, 6))
def test_each_person_is_told_once_and_each_party_hears_it(given_places, roles, chosen, sender):
    chosen, sender = {UUID(int=party) for party in chosen}, UUID(int=sender)
    wanted = [p for p in given_places if p.party_id in chosen and p.role in roles and p.person_id != sender]
    try:
        told = messages.recipients(given_places, chosen, roles, sender)
    except messages.InvalidMessage:
        by_first_place = {place.person_id: place.party_id for place in reversed(wanted)}
        assert set(by_first_place.values()) != chosen
        return
    people = [place.person_id for place in told]
    assert len(people) == len(set(people))
    assert set(people) == {place.person_id for place in wanted}
    assert {place.party_id for place in told} == chosen


# ------------------------------------------------------------------ feedback
moments = st.integers(0, 20_000).map(lambda hours: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


@given(st.lists(st.tuples(moments, st.integers(1, 5)), max_size=30))
def test_the_trend_adds_up(ratings):
    trend = feedback.trend(ratings)
    assert trend.count == len(ratings) == sum(month.count for month in trend.months)
    assert [month.month for month in trend.months] == sorted({at.date().replace(day=1) for at, _ in ratings})
    if ratings:
        assert trend.mean == pytest.approx(sum(rating for _, rating in ratings) / len(ratings))
        assert sum(month.mean * month.count for month in trend.months) == pytest.approx(trend.mean * trend.count)
    assert (trend.change is None) == (len(trend.months) < 2)


def test_a_month_is_that_of_greenwich():
    paris = datetime.fromisoformat("2026-02-01T00:30:00+01:00")
    assert [month.month for month in feedback.trend([(paris, 3)]).months] == [date(2026, 1, 1)]


# ------------------------------------------------------------------ ideas
@pytest.mark.parametrize(
    ("people", "of_parties", "needed"),
    [(9, 3, (3, 2)), (6, 2, (2, 1)), (2, 2, (1, 1)), (40, 4, (10, 2)), (41, 5, (11, 3)), (0, 2, (1, 1))],
)
def test_a_quarter_of_the_people_and_half_of_the_parties_support_an_idea(people, of_parties, needed):
    threshold = ideas.needed(people, of_parties)
    assert (threshold.people, threshold.parties) == needed
    assert ideas.state(*needed, threshold) is ideas.IdeaState.SUPPORTED
    assert ideas.state(needed[0] - 1, needed[1], threshold) is ideas.IdeaState.OPEN
    assert ideas.state(needed[0], needed[1] - 1, threshold) is ideas.IdeaState.OPEN


# ------------------------------------------------------------------ secondments
day = st.dates(date(2026, 1, 1), date(2026, 2, 10))


@given(day, day, day, day)
def test_spans_meet_where_they_share_a_day(a, b, c, d):
    def days(first, last):
        return {first + timedelta(days=number) for number in range((last - first).days + 1)}

    assert Days(a, b).meets(Days(c, d)) == bool(days(a, b) & days(c, d))
    assert Days(a, b).holds(c) == (c in days(a, b))


@given(st.sampled_from([None, UUID(int=1)]), st.sampled_from([None, UUID(int=2)]))
def test_it_takes_both_parties_to_second_somebody(lender, borrower):
    both = lender is not None and borrower is not None
    assert (secondments.agreed(lender, borrower) is secondments.SecondmentState.AGREED) == both


# ------------------------------------------------------------------ rituals
def rhythm(rule, starts_at, zone="America/New_York"):
    return rituals.Rhythm(rule, datetime.fromisoformat(starts_at), zone)


def test_no_rule_is_followed_further_than_it_is_asked():
    ritual = rhythm("FREQ=DAILY", "2020-01-01T00:00:00Z", "UTC")
    later = datetime(2200, 1, 1, tzinfo=UTC)
    assert len(rituals.occurrences(ritual, ritual.starts_at, later, None)) == rituals.MOST_OCCURRENCES
    assert rituals.occurrences(ritual, ritual.starts_at + rituals.HORIZON + timedelta(days=1), later, None) == []
    ended = rituals.occurrences(ritual, ritual.starts_at, later, datetime(2020, 1, 3, 12, tzinfo=UTC))
    assert [moment.day for moment in ended] == [1, 2, 3]


@pytest.mark.parametrize(
    ("rule", "zone", "pointer"),
    [
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "UTC", "/rule"),
        ("FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4", "UTC", "/rule"),
        ("FREQ=YEARLY;INTERVAL=11;BYMONTH=1;BYMONTHDAY=1", "UTC", "/rule"),  # eleven years later
        ("FREQ=DAILY;COUNT=3", "UTC", "/rule"),
        ("FREQ=DAILY;UNTIL=20270101", "UTC", "/rule"),
        ("FREQ=HOURLY", "UTC", "/rule"),
        ("FREQ=DAILY", "../etc/passwd", "/time_zone"),
    ],
)
def test_a_ritual_that_never_takes_place_is_refused_by_its_field(rule, zone, pointer):
    with pytest.raises(rituals.InvalidRitual) as refused:
        rituals.check(rhythm(rule, "2026-01-05T00:00:00Z", zone))
    assert refused.value.pointer == pointer
    assert str(refused.value).startswith(f"{pointer[1:]}: ")


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY;BYMONTH=2", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "FREQ=MONTHLY;BYDAY=5MO"]
)
def test_a_ritual_need_not_take_place_in_each_of_its_periods(rule):
    ritual = rhythm(rule, "2026-01-05T00:00:00Z", "UTC")
    rituals.check(ritual)
    assert rituals.occurrences(ritual, ritual.starts_at, ritual.starts_at + rituals.HORIZON, None)


def test_a_ritual_at_the_end_of_the_calendar_is_no_error():
    ritual = rhythm("FREQ=YEARLY", "2200-12-31T23:00:00Z", "Pacific/Kiritimati")
    rituals.check(ritual)
    assert len(rituals.occurrences(ritual, ritual.starts_at, datetime(2201, 12, 31, 23, tzinfo=UTC), None)) == 2
