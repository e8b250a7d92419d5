"""Recurring days: the published examples of RFC 5545, and dateutil as an independent reading of it."""

import time as clock
from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entente_objectives.calendars.domain import recurrence, rule_text, working
from entente_objectives.calendars.domain.rule_text import InvalidRule
from entente_objectives.calendars.domain.working import Calendar, Hours, Spell
from entente_shared.ids import new_id


def listed(text, first, count):
    rule = rule_text.parse(text, date.fromisoformat(first))
    found = recurrence.days(rule, rule.first_on, rule.first_on + timedelta(days=366 * 12))
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


def test_until_is_the_last_day_and_hours_follow_the_clock_of_the_zone_when_it_changes():
    """RFC 5545, "Daily until December 24, 1997": from 9:00 EDT to 9:00 EST; the clocks went back on 26 October."""
    hours = Hours(rule_text.parse("FREQ=DAILY;UNTIL=19971224T000000Z", date(1997, 9, 2)), time(9), time(17))
    calendar = Calendar(new_id(), "New York", None, "America/New_York", (hours,))
    span = (datetime.fromisoformat("1997-10-25T00:00:00+00:00"), datetime.fromisoformat("1997-10-28T00:00:00+00:00"))
    worked = working.working_intervals(calendar, *span)
    assert [begin.isoformat() for begin, _ in worked] == [
        "1997-10-25T13:00:00+00:00",
        "1997-10-26T14:00:00+00:00",
        "1997-10-27T14:00:00+00:00",
    ]
    assert listed("FREQ=DAILY;UNTIL=19971224T000000Z", "1997-09-02", 999)[-1] == "1997-12-24"


PARTS = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])},
    optional={
        "INTERVAL": st.integers(1, 5),
        "COUNT": st.integers(1, 40),
        "WKST": st.sampled_from(recurrence.WEEKDAYS),
        # dateutil intersects MO with 1MO in one list, where the RFC's list is a union: so all of one sort.
        "BYDAY": st.lists(st.sampled_from(recurrence.WEEKDAYS), min_size=1, max_size=4)
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


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(PARTS, st.dates(date(1995, 1, 1), date(2030, 12, 31)), st.integers(0, 900))
def test_days_are_those_of_dateutil(parts, first, later):
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
    assert list(recurrence.days(rule, since, to)) == [moment.date() for moment in between]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY", "FREQ=DAILY;BYHOUR=9", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=99999",
        "FREQ=DAILY;COUNT=2;UNTIL=20300101", "FREQ=DAILY;FREQ=DAILY", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=WEEKLY;BYDAY=XX", "",
        "FREQ=DAILY;UNTIL=20301399", "FREQ=YEARLY;BYMONTH=13", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=DAILY;BYSETPOS=1",
        "FREQ=YEARLY;BYWEEKNO=20", "FREQ=DAILY;" + "X" * 400, "FREQ=WEEKLY;BYMONTHDAY=3", "FREQ=MONTHLY;BYYEARDAY=3",
        "FREQ=MONTHLY;BYDAY=99MO", "FREQ=DAILY;COUNT=１", "FREQ=WEEKLY;WKST=XX",
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_followed_is_refused_with_its_remedy(text):
    with pytest.raises(InvalidRule) as refused:
        rule_text.parse(text, date(2026, 1, 1))
    assert str(refused.value).startswith("rrule: ")


@pytest.mark.parametrize("freq", ["DAILY", "MONTHLY", "YEARLY"])
def test_a_rule_that_never_comes_is_refused_after_bounded_work(freq):
    begun = clock.process_time()
    with pytest.raises(InvalidRule, match="no day in its first twelve years"):
        rule_text.parse(f"FREQ={freq};BYMONTH=2;BYMONTHDAY=30", date(2026, 1, 1))
    assert clock.process_time() - begun < 30  # a general expander goes on to the year 9999


def test_spells_reach_into_a_span_from_before_it():
    spell = Spell("Closing", date(2026, 12, 21), 14, rule_text.parse("FREQ=YEARLY", date(2026, 12, 21)))
    assert working.covered([spell], date(2028, 1, 1), date(2028, 2, 1)) == {
        date(2028, 1, 1),
        date(2028, 1, 2),
        date(2028, 1, 3),
    }
    once = Spell("Move", date(2026, 3, 30), 4)
    assert working.covered([once], date(2026, 4, 1), date(2026, 5, 1)) == {date(2026, 4, 1), date(2026, 4, 2)}
