"""Windows in which all can meet: by hand, and against trying every quarter of an hour."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from objectives.networks import key

from entente_objectives.calendars.domain.meetings import Attendee, find

DAY = datetime(2026, 1, 5, tzinfo=UTC)
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)


def span(begin, end):
    return (DAY + timedelta(hours=begin), DAY + timedelta(hours=end))


def attendee(name, *hours, away=()):
    return Attendee(key(name), [span(*each) for each in hours], [span(*each) for each in away])


def test_where_hours_meet_nobody_has_to_stay_on():
    """Paris works 8 to 16 UTC, New York 14 to 22: they share 14 to 16."""
    paris, new_york = attendee("paris", (8, 16)), attendee("new york", (14, 22))
    best = find([paris, new_york], span(0, 24), HOUR, limit=3)
    assert [(window.starts_at, window.cost) for window in best[:2]] == [
        (DAY + 14 * HOUR, 0 * HOUR),
        (DAY + 15 * HOUR, 0 * HOUR),
    ]
    assert best[2].cost == HOUR


def test_where_hours_do_not_meet_the_cost_says_who_stays_on():
    """Paris works 8 to 16 UTC and Tokyo 0 to 9: two hours from 8 keep Tokyo for one more."""
    found = find([attendee("paris", (8, 16)), attendee("tokyo", (0, 9))], span(0, 24), 2 * HOUR, limit=1)[0]
    assert found.cost == HOUR
    assert set(found.outside.values()) == {HOUR}


def test_nobody_meets_on_a_day_on_which_one_is_away():
    assert find([attendee("a", (8, 16)), attendee("b", away=[(0, 24)])], span(0, 24), HOUR) == []


def test_of_windows_that_cost_the_same_the_one_in_time_for_the_deadlines_comes_first():
    """The deadline is at 10, both hours are free: 8 to 9 is in time, 14 to 15 five hours late."""
    found = find([attendee("a", (14, 15), (8, 9))], span(0, 24), HOUR, [DAY + 10 * HOUR], limit=2)
    assert [(window.starts_at - DAY, window.late) for window in found] == [(8 * HOUR, 0 * HOUR), (14 * HOUR, 5 * HOUR)]


QUARTERS = st.integers(0, 95).flatmap(lambda a: st.integers(a + 1, 96).map(lambda b: (a / 4, b / 4)))
SEPARATE = st.lists(QUARTERS, max_size=3).map(
    lambda found: [s for n, s in enumerate(sorted(found)) if all(s[0] > o[1] for o in sorted(found)[:n])]
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(SEPARATE, SEPARATE), min_size=1, max_size=4),
    st.integers(1, 12),
    st.lists(st.integers(0, 96), max_size=2),
)
def test_the_first_window_is_the_best_of_all_quarters(parties, quarters, deadlines):
    people = [attendee(str(n), *hours, away=away) for n, (hours, away) in enumerate(parties)]
    length, due = quarters * QUARTER, [DAY + n * QUARTER for n in deadlines]

    def overlap(intervals, begin):
        return sum((max(min(b, begin + length) - max(a, begin), 0 * HOUR) for a, b in intervals), 0 * HOUR)

    tried = [
        (
            sum((length - overlap(each.hours, begin) for each in people), 0 * HOUR),
            sum((max(begin + length - deadline, 0 * HOUR) for deadline in due), 0 * HOUR),
            begin,
        )
        for begin in (DAY + n * QUARTER for n in range(97 - quarters))
        if not any(overlap(each.away, begin) for each in people)
    ]
    found = find(people, span(0, 24), length, due, limit=1)
    assert [(each.cost, each.late, each.starts_at) for each in found] == sorted(tried)[:1]
