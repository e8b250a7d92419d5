"""Recurring days and moments: the published examples of RFC 5545, and dateutil as an independent reading of it."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from entente_objectives.recurrence.domain import moments, rule_text, rules
from entente_objectives.recurrence.domain.rule_text import InvalidRule
from entente_shared.errors import Conflict

DAY = timedelta(days=1)
NEW_YORK = "America/New_York"


# ------------------------------------------------------------------ days
def listed(text, first, count):
    rule = rule_text.parse(text, date.fromisoformat(first))
    found = rules.days(rule, rule.first_on, rule.first_on + timedelta(days=366 * 12))
    return [day.isoformat() for day in found[:count]]


def dates(text):
    """`1997: 9/2 9/4; 1998: 1/1`."""
    found = []
    for part in text.split(";"):
        year, _, days = part.partition(":")
        found += [date(int(year), *(int(n) for n in day.split("/"))).isoformat() for day in days.split()]
    return found


# RFC 5545, section 3.8.5.3, "Examples" (pages 123 to 132), all with DTSTART;TZID=America/New_York at 09:00.
RFC_5545 = [
    ("FREQ=DAILY;COUNT=10", "1997-09-02", "1997: 9/2 9/3 9/4 9/5 9/6 9/7 9/8 9/9 9/10 9/11"),
    ("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02", "1997: 9/2 9/12 9/22 10/2 10/12"),
    ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02", "1997: 9/2 9/16 9/30 10/14 10/28 11/11"),
    ("FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997-09-02", "1997: 9/2 9/4 9/9 9/11 9/16 9/18 9/23 9/25 9/30 10/2"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997-09-02", "1997: 9/2 9/4 9/16 9/18 9/30 10/2 10/14 10/16"),
    ("FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "1997-09-05", "1997: 9/5 10/3 11/7 12/5; 1998: 1/2 2/6 3/6 4/3 5/1 6/5"),
    ("FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "1997-09-07", "1997: 9/7 9/28 11/2 11/30; 1998: 1/4 1/25 3/1 3/29 5/3 5/31"),
    ("FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997-09-22", "1997: 9/22 10/20 11/17 12/22; 1998: 1/19 2/16"),
    ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28", "1997: 9/28 10/29 11/28 12/29; 1998: 1/29 2/26"),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", "1997-09-02", "1997: 9/2 9/15 10/2 10/15 11/2 11/15 12/2 12/15; 1998: 1/2 1/15"),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "1997-09-30", "1997: 9/30 10/1 10/31 11/1 11/30 12/1 12/31; 1998: 1/1 1/31 2/1"),
    ("FREQ=YEARLY;COUNT=10;BYMONTH=6,7", "1997-06-10", "1997: 6/10 7/10; 1998: 6/10 7/10; 1999: 6/10 7/10"),
    ("FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", "1997-01-01", "1997: 1/1 4/10 7/19; 2000: 1/1 4/9 7/18; 2003: 1/1 4/10 7/19"),
    ("FREQ=YEARLY;BYDAY=20MO", "1997-05-19", "1997: 5/19; 1998: 5/18; 1999: 5/17"),
    ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997-03-13", "1997: 3/13 3/20 3/27; 1998: 3/5 3/12 3/19 3/26"),
    ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1998-02-13", "1998: 2/13 3/13 11/13; 1999: 8/13; 2000: 10/13"),
    ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "1997-09-13", "1997: 9/13 10/11 11/8 12/13; 1998: 1/10 2/7 3/7 4/11 5/9 6/13"),
    ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05", "1996: 11/5; 2000: 11/7; 2004: 11/2"),
    ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", "1997: 9/4 10/7 11/6"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29", "1997: 9/29 10/30 11/27 12/30; 1998: 1/29 2/26 3/30"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05", "1997: 8/5 8/10 8/19 8/24"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05", "1997: 8/5 8/17 8/19 8/31"),
    ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01-15", "2007: 1/15 1/30 2/15 3/15 3/30"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "first", "expected"), RFC_5545, ids=[text for text, _, _ in RFC_5545])
def test_the_examples_of_the_rfc_fall_on_the_days_that_it_lists(text, first, expected):
    days = dates(expected)
    assert listed(text, first, len(days)) == days


def test_until_is_the_last_day():
    """RFC 5545, "Daily until December 24, 1997"; where a rule is about days, that one is among them."""
    assert listed("FREQ=DAILY;UNTIL=19971224T000000Z", "1997-09-02", 999)[-1] == "1997-12-24"


PARTS = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])},
    optional={
        "INTERVAL": st.integers(1, 5),
        "COUNT": st.integers(1, 40),
        "WKST": st.sampled_from(rules.WEEKDAYS),
        # dateutil intersects MO with 1MO in one list, where the RFC's list is a union: so all of one sort.
        "BYDAY": st.lists(st.sampled_from(rules.WEEKDAYS), min_size=1, max_size=4)
        | st.lists(st.sampled_from(["1MO", "-1FR", "2WE", "-2SU", "4TH"]), min_size=1, max_size=3),
        "BYMONTH": st.lists(st.integers(1, 12), min_size=1, max_size=4),
        "BYMONTHDAY": st.lists(st.integers(-31, 31).filter(bool), min_size=1, max_size=6),
        "BYYEARDAY": st.lists(st.integers(-366, 366).filter(bool), min_size=1, max_size=6),
        "BYSETPOS": st.lists(st.sampled_from([1, 2, -1, -2]), min_size=1, max_size=2),
    },
)


def written(parts):
    values = {k: ",".join(str(i) for i in v) if isinstance(v, list) else str(v) for k, v in parts.items()}
    return ";".join(f"{name}={value}" for name, value in values.items())


def differs(parts, first):
    """BYSETPOS in weeks that begin before the first day: the RFC counts from WKST on, dateutil from the first day on."""
    starts = rules.WEEKDAYS[first.weekday()] == parts.get("WKST", "MO")
    return parts["FREQ"] == "WEEKLY" and "BYSETPOS" in parts and not starts


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(PARTS, st.dates(date(1995, 1, 1), date(2030, 12, 31)), st.integers(0, 900))
def test_days_are_those_of_dateutil(parts, first, later):
    assume(not differs(parts, first))
    text = written(parts)
    try:
        rule = rule_text.parse(text, first)
    except InvalidRule:
        return
    since, to = first + timedelta(days=later), first + timedelta(days=later + 1200)
    midnight = datetime.combine(first, time())
    between = rrulestr(text, dtstart=midnight).between(
        datetime.combine(since, time()), datetime.combine(to - timedelta(days=1), time()), inc=True
    )
    assert list(rules.days(rule, since, to)) == [moment.date() for moment in between]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY", "FREQ=DAILY;BYHOUR=9", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=99999",
        "FREQ=DAILY;COUNT=2;UNTIL=20300101", "FREQ=DAILY;FREQ=DAILY", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=WEEKLY;BYDAY=XX", "",
        "FREQ=DAILY;UNTIL=20301399", "FREQ=YEARLY;BYMONTH=13", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=DAILY;BYSETPOS=1",
        "FREQ=YEARLY;BYWEEKNO=20", "FREQ=DAILY;" + "X" * 400, "FREQ=WEEKLY;BYMONTHDAY=3", "FREQ=MONTHLY;BYYEARDAY=3",
        "FREQ=MONTHLY;BYDAY=99MO", "FREQ=DAILY;COUNT=１", "FREQ=WEEKLY;WKST=XX", "FREQ=DAILY\nRDATE:20260101",
        "FREQ=MONTHLY;BYSETPOS=2", "FREQ=DAILY;UNTIL=20301231T999999Z",
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_followed_is_refused_with_its_remedy(text):
    with pytest.raises(InvalidRule) as refused:
        rule_text.parse(text, date(2026, 1, 1))
    assert str(refused.value).startswith("rrule: ")


@pytest.mark.parametrize("until", ["00010101T000000Z", "18991231T235959Z", "22010101T000000Z", "99991231"])
def test_an_end_in_no_year_that_zones_reach_is_refused(until):
    for reading in (
        lambda text: rule_text.understand(text, date(2026, 1, 1)),
        lambda text: recurrence(text, "2026-01-01T09:00:00-05:00"),
    ):
        with pytest.raises(InvalidRule) as refused:
            reading(f"FREQ=DAILY;UNTIL={until}")
        assert str(refused.value).startswith("rrule: UNTIL is not from 1900 to 2200;")


@pytest.mark.parametrize("until", ["19000101T000000Z", "22001231T235959Z"])
def test_an_end_at_the_edge_of_the_years_is_followed(until):
    for zone in (NEW_YORK, "Pacific/Kiritimati"):
        found = recurrence(f"FREQ=DAILY;UNTIL={until}", "2026-01-01T09:00:00-05:00", zone)
        to = found.starts_at + 2 * DAY
        assert len(list(found.between(found.starts_at, to))) == (3 if until > "2026" else 0)


def test_outside_of_its_span_a_rule_is_not_computed(monkeypatch):
    found = recurrence("FREQ=DAILY;UNTIL=20260301T000000Z", "2026-01-01T09:00:00-05:00")
    asked, each_day = [], moments.each_day
    monkeypatch.setattr(moments, "each_day", lambda *span: asked.append(span) or each_day(*span))
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert list(found.between(first, found.starts_at - DAY)) == []
    assert list(found.between(found.until + DAY, last)) == []
    assert asked == []
    assert next(found.between(first, last)) == found.starts_at


def test_a_refusal_is_told_in_the_words_of_who_was_sent_the_rule():
    with pytest.raises(InvalidRule) as refused:
        rule_text.parse("FREQ=DAILY;COUNT=0", date(2026, 1, 1))
    told = refused.value.of(Conflict, "/rhythm/3/rule")
    assert (type(told), told.pointer) == (Conflict, "/rhythm/3/rule")
    assert str(told).startswith("rule: COUNT is not made of whole numbers from 1 to 9999")


NEVER = [
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;INTERVAL=7;BYDAY=TU", "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3", "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4",
    "FREQ=MONTHLY;BYMONTHDAY=5;BYSETPOS=2", "FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=2", "FREQ=DAILY;UNTIL=20251231",
]  # fmt: skip


@pytest.mark.parametrize("text", NEVER)
def test_a_rule_that_never_comes_is_refused_after_bounded_work(text, monkeypatch):
    looked_at, matches = [], rules._matches
    monkeypatch.setattr(rules, "_matches", lambda rule, day: looked_at.append(day) or matches(rule, day))
    with pytest.raises(InvalidRule, match="no day in its first twenty years"):
        rule_text.parse(text, date(2026, 6, 1))  # a Monday
    assert len(looked_at) < 366 * 22  # a general expander goes on to the year 9999


def test_a_rule_that_seldom_comes_is_followed():
    leap_mondays = "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO"
    assert listed(leap_mondays, "2030-01-01", 1) == []  # not in twelve years
    assert rules.first_day(rule_text.parse(leap_mondays, date(2030, 1, 1))) == date(2044, 2, 29)


# ------------------------------------------------------------------ moments
def recurrence(text, starts_at, zone=NEW_YORK):
    return moments.read(text, datetime.fromisoformat(starts_at), zone)


def one_by_one(found, to):
    """By asking for the next, again and again."""
    at = found.following(found.starts_at - timedelta(microseconds=1), to)
    while at is not None:
        yield at
        at = found.following(at, to)


# RFC 5545, section 3.8.5.3, whose examples all begin at nine in the morning in New York. Some begin here before their first day.
AT_NINE = [
    ("FREQ=DAILY", "1997-09-02", "1997: 9/2 9/3 9/4"),
    ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02", "1997: 9/2 9/16 9/30 10/14 10/28 11/11 11/25 12/9 12/23"),
    ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-02", "1997: 9/28 10/29 11/28 12/29; 1998: 1/29 2/26"),
    ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1997-09-02", "1998: 2/13 3/13 11/13; 1999: 8/13; 2000: 10/13"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-02", "1997: 9/29 10/30 11/27 12/30; 1998: 1/29 2/26 3/30"),
    ("FREQ=YEARLY;BYDAY=TH;BYMONTH=3", "1997-09-02", "1998: 3/5 3/12 3/19 3/26; 1999: 3/4"),
    ("FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "1997-09-05", "1997: 9/5 10/3 11/7 12/5; 1998: 1/2 2/6 3/6 4/3 5/1 6/5"),
    ("FREQ=MONTHLY;BYDAY=1FR;UNTIL=19971224T000000Z", "1997-09-05", "1997: 9/5 10/3 11/7 12/5"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "first", "expected"), AT_NINE, ids=[text for text, _, _ in AT_NINE])
def test_moments_are_at_nine_on_the_days_that_the_rfc_lists(text, first, expected):
    found, to = recurrence(text, f"{first}T09:00:00-04:00"), datetime(2001, 1, 1, tzinfo=UTC)
    days = dates(expected)
    for each in (found.between(found.starts_at, to), one_by_one(found, to)):
        local = [moment.astimezone(ZoneInfo(NEW_YORK)) for moment in islice(each, len(days))]
        assert [moment.strftime("%Y-%m-%d %H:%M") for moment in local] == [f"{day} 09:00" for day in days]
    if "COUNT" in text or "UNTIL" in text:
        assert len(list(found.between(found.starts_at, to))) == len(days)


def test_nine_in_the_morning_is_nine_on_both_sides_of_summer_time():
    """As in RFC 5545: until 25 October 1997 four hours behind UTC, five from the 26th on."""
    found = recurrence("FREQ=DAILY", "1997-10-24T09:00:00-04:00")
    span = found.between(found.starts_at, datetime(1997, 10, 27, 23, tzinfo=UTC))
    assert [moment.hour for moment in span] == [13, 13, 14, 14]


# RFC 5545, section 3.3.5: TZID=America/New_York:20071104T013000 is 1:30 EDT (UTC-4), and :20070311T023000 is 3:30 EDT (UTC-4).
@pytest.mark.parametrize(
    ("starts_at", "zone", "day", "expected"),
    [
        ("2007-11-01T01:30:00-04:00", NEW_YORK, 3, "2007-11-04T05:30:00+00:00"),
        ("2007-03-08T02:30:00-05:00", NEW_YORK, 3, "2007-03-11T07:30:00+00:00"),
        ("2026-10-24T02:30:00+02:00", "Europe/Paris", 1, "2026-10-25T00:30:00+00:00"),
        ("2026-03-28T02:30:00+01:00", "Europe/Paris", 1, "2026-03-29T01:30:00+00:00"),
        # From the second half past two of an autumn on: a year later it is the first again, and what is skipped is half past three.
        ("2026-10-25T02:30:00+01:00", "Europe/Paris", 0, "2026-10-25T01:30:00+00:00"),
        ("2026-10-25T02:30:00+01:00", "Europe/Paris", 154, "2027-03-28T01:30:00+00:00"),
        ("2026-10-25T02:30:00+01:00", "Europe/Paris", 371, "2027-10-31T00:30:00+00:00"),
    ],
)
def test_what_comes_twice_is_meant_the_first_time_and_what_is_skipped_has_the_offset_from_before(
    starts_at, zone, day, expected
):
    found = recurrence("FREQ=DAILY", starts_at, zone)
    in_order = list(found.between(found.starts_at, found.starts_at + 400 * DAY))
    assert in_order[day].isoformat() == expected
    assert [*one_by_one(found, found.starts_at + 400 * DAY)] == in_order


@pytest.mark.parametrize("hour", ["00:00", "01:30", "02:00", "02:30", "03:00", "03:30"])
def test_what_falls_into_the_hour_that_is_skipped_or_doubled_is_found_again(hour):
    """In Paris the clocks went from two to three on 29 March 2026, and from three to two on 25 October."""
    for first, to in (("2026-03-27", "2026-03-31"), ("2026-10-23", "2026-10-27")):
        start = datetime.fromisoformat(f"{first}T{hour}:00").replace(tzinfo=ZoneInfo("Europe/Paris"))
        found = moments.read("FREQ=DAILY", start, "Europe/Paris")
        in_order = list(found.between(start, datetime.fromisoformat(f"{to}T21:59:59+00:00")))
        assert len(in_order) == 5
        assert [list(found.between(moment, moment)) for moment in in_order] == [[each] for each in in_order]


def test_a_day_that_a_zone_leaves_out_is_no_second_moment():
    """On Samoa the 29th of December 2011 was followed by the 31st."""
    found = recurrence("FREQ=DAILY", "2011-12-28T10:00:00-10:00", "Pacific/Apia")
    span = list(found.between(found.starts_at, found.starts_at + 3 * DAY))
    assert [moment.astimezone(ZoneInfo("Pacific/Apia")).day for moment in span] == [28, 29, 31, 1]


def test_until_is_a_moment_and_not_a_day():
    """On Kiritimati, 14 hours before UTC, it is the second of January while UNTIL is on the first."""
    found = recurrence("FREQ=DAILY;UNTIL=20260101T183000Z", "2026-01-02T08:30:00+14:00", "Pacific/Kiritimati")
    assert list(found.between(found.starts_at, found.starts_at + 9 * DAY)) == [found.starts_at]
    late = recurrence("FREQ=DAILY;UNTIL=20260101T182959Z", "2026-01-02T08:30:00+14:00", "Pacific/Kiritimati")
    assert late.following(late.starts_at - DAY, late.starts_at + 9 * DAY) is None
    for text in ("FREQ=DAILY;UNTIL=20270101", "FREQ=DAILY;UNTIL=20270101T000000"):
        with pytest.raises(InvalidRule, match="UNTIL is no moment"):
            recurrence(text, "2026-01-02T08:30:00+14:00")


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../etc/passwd", "Europe", "", "a\0b", "/etc/localtime"])
def test_a_time_zone_that_is_none_is_refused_by_its_field(zone):
    with pytest.raises(InvalidRule) as refused:
        recurrence("FREQ=DAILY", "2026-01-01T00:00:00Z", zone)
    assert refused.value.of(Conflict, "/rule").pointer == "/time_zone"


ZONES = [
    "UTC",
    "Europe/Paris",
    NEW_YORK,
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Havana",
    "Pacific/Kiritimati",
]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    PARTS,
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.sampled_from(ZONES).map(ZoneInfo)),  # noqa: DTZ001
)
def test_moments_are_those_of_dateutil(parts, start):
    zone = start.tzinfo
    start = start.replace(microsecond=0).astimezone(UTC).astimezone(zone)  # no hour that was skipped
    assume(not start.fold and not differs(parts, start))
    text = written(parts)
    try:
        found = moments.read(text, start, zone.key)
    except InvalidRule:
        return
    to = found.starts_at + rules.SOUGHT
    span = list(islice(found.between(found.starts_at, to), 6))
    assert list(islice(one_by_one(found, to), 6)) == span
    # Of a rule that comes no more, dateutil would not come back.
    assert span == [each.astimezone(UTC) for each in islice(rrulestr(text, dtstart=start), len(span))]


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=60)
    | st.from_regex(
        r"\AFREQ=(DAILY|HOURLY|WEEKLY|YEARLY)(;(BYDAY|BYMONTHDAY|BYSETPOS|INTERVAL|BYMONTH|UNTIL|COUNT)=[0-9A-Z,+-]{1,12}){0,3}\Z"
    )
)
def test_whatever_stands_in_a_rule_it_is_understood_or_refused(text):
    try:
        found = recurrence(text, "2026-06-01T00:00:00Z", "UTC")
    except InvalidRule as refused:
        assert str(refused)  # noqa: PT017 - its words fit its figures
        return
    at = found.following(found.starts_at - DAY, found.starts_at + rules.SOUGHT)
    assert at is None or at >= found.starts_at


WEEK = st.lists(st.sampled_from(rules.WEEKDAYS), min_size=1, max_size=3).map(",".join)
NUMBERED = st.builds("{}{}".format, st.sampled_from([1, 4, -1, -4]), st.sampled_from(["MO", "FR"]))
MONTH_DAYS = st.lists(st.integers(1, 28) | st.integers(-28, -1), min_size=1, max_size=2).map(
    lambda days: ",".join(map(str, days))
)
OF_MONTH = (
    WEEK.map("BYDAY={}".format)
    | NUMBERED.map("BYDAY={}".format)
    | MONTH_DAYS.map("BYMONTHDAY={}".format)
    | st.builds("BYDAY={};BYSETPOS={}".format, WEEK, st.sampled_from([1, 4, -1, -4]))
)
IN_EACH_PERIOD = (
    st.just("FREQ=DAILY")
    | WEEK.map("FREQ=WEEKLY;BYDAY={}".format)
    | OF_MONTH.map("FREQ=MONTHLY;{}".format)
    | OF_MONTH.map("FREQ=YEARLY;{}".format)
    | st.builds("FREQ=YEARLY;BYMONTH={};{}".format, st.integers(1, 12), OF_MONTH)
)


@given(IN_EACH_PERIOD, st.integers(1, 5), st.integers(0, 1500))
def test_a_rule_of_what_each_period_has_takes_place_in_each(rule, interval, days):
    start = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=days)
    found = moments.read(f"{rule};INTERVAL={interval}", start, "Europe/Paris")
    period = {"D": 1, "W": 7, "M": 31, "Y": 366}[rule.removeprefix("FREQ=")[0]] * interval
    for since in (start, start + 3653 * DAY - 2 * period * DAY):
        assert since < start or next(found.between(since, since + 2 * period * DAY), None)
