"""The rules of exchange and community by themselves."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente_objectives.feedback import domain as feedback
from entente_objectives.ideas import domain as ideas
from entente_objectives.messages import domain as messages
from entente_objectives.messages import protocol
from entente_objectives.messages.domain import Channel, MessageType, Place, Urgency
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


# RFC 5545, section 3.8.5.3, whose examples all begin at nine in the morning in New York; the days are those it lists.
EXAMPLES = [
    ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "0902", "19971231", "0902 0916 0930 1014 1028 1111 1125 1209 1223"),
    ("FREQ=MONTHLY;BYDAY=1FR;UNTIL=19971224T000000Z", "0905", "19981231", "0905 1003 1107 1205"),
    ("FREQ=MONTHLY;BYMONTHDAY=-3", "0928", "19980227", "0928 1029 1128 1229 0129 0226"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "0929", "19980331", "0929 1030 1127 1230 0129 0226 0330"),
]


@pytest.mark.parametrize(("rule", "first", "to", "days"), EXAMPLES)
def test_rules_take_place_as_rfc_5545_says(rule, first, to, days):
    ritual = rhythm(rule, f"1997-{first[:2]}-{first[2:]}T09:00:00-04:00")
    rituals.check(ritual)
    found = rituals.occurrences(ritual, ritual.starts_at, datetime.fromisoformat(f"{to}T235959Z"), None)
    local = [moment.astimezone(ZoneInfo("America/New_York")) for moment in found]
    assert [moment.strftime("%m%d %H") for moment in local] == [f"{day} 09" for day in days.split()]


def test_nine_in_the_morning_is_nine_on_both_sides_of_summer_time():
    """As in RFC 5545: until 25 October 1997 four hours behind UTC, five from the 26th on."""
    ritual = rhythm("FREQ=DAILY", "1997-10-24T09:00:00-04:00")
    found = rituals.occurrences(ritual, ritual.starts_at, datetime(1997, 10, 27, 23, tzinfo=UTC), None)
    assert [moment.hour for moment in found] == [13, 13, 14, 14]


@pytest.mark.parametrize("hour", ["01:30", "02:00", "02:30", "03:00", "03:30"])
def test_what_falls_into_the_hour_that_is_skipped_or_doubled_is_found_again(hour):
    """In Paris the clocks went from two to three on 29 March 2026, and from three to two on 25 October."""
    for first, to in (("2026-03-27", "2026-03-31"), ("2026-10-23", "2026-10-27")):
        zone = ZoneInfo("Europe/Paris")
        start = datetime.fromisoformat(f"{first}T{hour}:00").replace(tzinfo=zone)
        ritual = rituals.Rhythm("FREQ=DAILY", start, "Europe/Paris")
        found = rituals.occurrences(ritual, start, datetime.fromisoformat(f"{to}T23:00:00+00:00"), None)
        assert len(found) == 5
        assert [rituals.occurrences(ritual, moment, moment, None) for moment in found] == [[each] for each in found]


def test_no_rule_is_followed_further_than_it_is_asked():
    ritual = rhythm("FREQ=DAILY", "2020-01-01T00:00:00Z", "UTC")
    later = datetime(2200, 1, 1, tzinfo=UTC)
    assert len(rituals.occurrences(ritual, ritual.starts_at, later, None)) == rituals.MOST_OCCURRENCES
    assert rituals.occurrences(ritual, ritual.starts_at + rituals.HORIZON + timedelta(days=1), later, None) == []
    ended = rituals.occurrences(ritual, ritual.starts_at, later, datetime(2020, 1, 3, 12, tzinfo=UTC))
    assert [moment.day for moment in ended] == [1, 2, 3]


@given(
    st.text(max_size=40)
    | st.from_regex(r"FREQ=(DAILY|WEEKLY);(BYDAY|UNTIL|INTERVAL)=[-+0-9A-Z,]{0,12}", fullmatch=True)
)
def test_whatever_stands_in_a_rule_it_is_taken_or_refused_in_words(rule):
    ritual = rhythm(rule, "2026-01-01T00:00:00Z", "UTC")
    try:
        rituals.check(ritual)
    except rituals.InvalidRitual:
        return
    assert rituals.occurrences(ritual, ritual.starts_at, ritual.starts_at + rituals.HORIZON, None)


weekdays = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3).map(",".join)
numbered = st.builds("{}{}".format, st.sampled_from([1, 4, -1, -4]), st.sampled_from(["MO", "FR"]))
month_days = st.lists(st.integers(1, 28) | st.integers(-28, -1), min_size=1, max_size=2).map(
    lambda days: ",".join(map(str, days))
)
of_month = (
    weekdays.map("BYDAY={}".format)
    | numbered.map("BYDAY={}".format)
    | month_days.map("BYMONTHDAY={}".format)
    | st.builds("BYDAY={};BYSETPOS={}".format, weekdays, st.sampled_from([1, 4, -1, -4]))
)
taken = (
    st.just("FREQ=DAILY")
    | weekdays.map("FREQ=WEEKLY;BYDAY={}".format)
    | of_month.map("FREQ=MONTHLY;{}".format)
    | of_month.map("FREQ=YEARLY;{}".format)
    | st.builds("FREQ=YEARLY;BYMONTH={};{}".format, st.integers(1, 12), of_month)
)


@given(taken, st.integers(1, 5), st.integers(0, 1500))
def test_every_rule_that_is_taken_takes_place_in_each_of_its_periods(rule, interval, days):
    """So that no rule is followed to the end of the calendar without a single occurrence."""
    start = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=days)
    ritual = rituals.Rhythm(f"{rule};INTERVAL={interval}", start, "Europe/Paris")
    period = {"D": 1, "W": 7, "M": 31, "Y": 366}[rule.removeprefix("FREQ=")[0]] * interval
    for since in (start, start + rituals.HORIZON - timedelta(days=2 * period)):
        assert since < start or rituals.occurrences(ritual, since, since + timedelta(days=2 * period), None)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2", "FREQ=DAILY;INTERVAL=7;BYDAY=TU", "FREQ=WEEKLY;BYMONTH=2", "FREQ=MONTHLY;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=5MO", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=5", "FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=2",
        "FREQ=MONTHLY;BYSETPOS=2", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4",
    ],
)  # fmt: skip
def test_a_rule_whose_parts_may_exclude_each_other_is_refused_before_it_is_followed(rule, monkeypatch):
    def follow(*_args, **_options):
        raise AssertionError("it was followed")

    monkeypatch.setattr(rituals, "rrulestr", follow)
    with pytest.raises(rituals.InvalidRitual):
        rituals.check(rhythm(rule, "2026-01-05T00:00:00Z", "UTC"))


def test_a_ritual_at_the_end_of_the_calendar_is_no_error():
    ritual = rhythm("FREQ=YEARLY", "2200-12-31T23:00:00Z", "Pacific/Kiritimati")
    rituals.check(ritual)
    assert len(rituals.occurrences(ritual, ritual.starts_at, datetime(2201, 12, 31, 23, tzinfo=UTC), None)) == 2
