"""The checker of histories: it has nothing to say of good ones, and names what is wrong with bad ones."""

import json

import numpy as np
import pytest
from faults import ingest_history
from faults.ingest_history import Correction, Deviation

_SECOND = 1_000_000


def series(*values, start=0, correction=False):
    return {"kpi": 0, "at": start * _SECOND, "step": _SECOND, "values": list(values), "correction": correction}


class Told:
    """A history in the making: requests and attempts at times that rise by one."""

    def __init__(self):
        self.lines, self.now, self.requests = [], 0, 0

    def request(self, *parts, keyed=False):
        self.requests += 1
        self.lines.append({"request": self.requests, "keyed": keyed, "parts": list(parts)})
        return self.requests

    def attempt(self, request, status=200, outcomes=None, *, begun=None):
        self.now += 2
        begun = self.now if begun is None else begun
        self.lines.append(
            {"attempt": request, "begun": begun, "ended": self.now + 1, "status": status, "outcomes": outcomes or {}}
        )

    def push(self, *values, outcomes=None, status=200, **part):
        request = self.request(series(*values, **part))
        self.attempt(request, status, outcomes)
        return request

    def history(self):
        return ingest_history.read(json.dumps(line) for line in self.lines)


def there(**values):
    """{second: value} as what is read back: s0=1.0, s1=2.0 ..."""
    moments = sorted((int(name[1:]) * _SECOND, value) for name, value in values.items())
    return np.array([at for at, _ in moments], np.int64), np.array([value for _, value in moments], float)


def wrong(told, *stored, **options):
    return ingest_history.check_samples(told.history().writes[0], *stored, **options)


@pytest.fixture
def told():
    return Told()


def test_what_was_acknowledged_and_is_there_is_right(told):
    told.push(1, 2, 3)
    told.push(2, 3, 4, start=1, outcomes={0: "unchanged", 1: "unchanged"})
    assert wrong(told, *there(s0=1, s1=2, s2=3, s3=4)) == []


def test_a_lost_sample_is_found(told):
    told.push(1, 2, 3)
    assert wrong(told, *there(s0=1, s2=3)) == ["1970-01-01T00:00:01.000000 was acknowledged and is lost"]
    assert len(wrong(told, *there())) == 3


def test_a_doubled_sample_is_found(told):
    told.push(1, 2)
    at, value = np.array([0, _SECOND, _SECOND]), np.array([1.0, 2, 2])
    assert wrong(told, at, value) == ["1970-01-01T00:00:01.000000 is there 2 times"]


def test_a_value_that_nobody_sent_is_found(told):
    told.push(1, 2)
    assert wrong(told, *there(s0=1, s1=5)) == ["1970-01-01T00:00:01.000000 has a value that was never sent"]


def test_a_sample_that_nobody_sent_is_found(told):
    told.push(1)
    assert wrong(told, *there(s0=1, s9=1)) == ["1970-01-01T00:00:09.000000 was never sent"]


def test_a_sample_that_was_stored_twice_over_is_found(told):
    told.push(1)
    told.push(1)
    assert wrong(told, *there(s0=1)) == [
        "1970-01-01T00:00:00.000000 was stored twice: it was lost or doubled in between"
    ]


def test_a_sample_that_is_unchanged_from_nothing_is_found(told):
    told.push(1, outcomes={0: "unchanged"})
    assert "nobody stored it" in wrong(told, *there(s0=1))[0]


def test_a_conflict_with_its_own_value_is_found(told):
    told.push(1)
    told.push(1, outcomes={0: "conflict"})
    assert "in conflict with its own value" in wrong(told, *there(s0=1))[0]


@pytest.mark.parametrize("stored", [there(s0=1, s1=2), there(), there(s1=2)])
def test_what_was_not_answered_may_be_there_or_not(told, stored):
    told.push(1, 2, status=0)
    assert wrong(told, *stored) == []


def test_what_was_sent_again_until_it_was_acknowledged_is_there_once(told):
    request = told.push(1, 2, status=502)
    told.attempt(request, outcomes={0: "unchanged", 1: "unchanged"})
    assert wrong(told, *there(s0=1, s1=2)) == []
    assert len(wrong(told, *there(s0=1))) == 1


def test_a_correction_wins_over_what_was_there_before(told):
    told.push(1)
    told.push(5, correction=True, outcomes={0: "corrected"})
    assert wrong(told, *there(s0=5)) == []
    assert "which was replaced" in wrong(told, *there(s0=1))[0]


def test_of_corrections_at_the_same_time_either_may_be_the_last(told):
    told.push(1)
    for value in (5, 6):
        told.attempt(told.request(series(value, correction=True)), outcomes={0: "corrected"}, begun=4)
    assert wrong(told, *there(s0=5)) == wrong(told, *there(s0=6)) == []
    assert wrong(told, *there(s0=1)) != []


def test_a_correction_without_an_answer_may_come_into_force_later(told):
    told.push(1)
    told.push(5, correction=True, status=0)
    told.push(6, correction=True, outcomes={0: "corrected"})
    assert wrong(told, *there(s0=5)) == wrong(told, *there(s0=6)) == []


def test_a_value_in_conflict_cannot_be_there(told):
    told.push(1)
    told.push(7, outcomes={0: "conflict"})
    assert wrong(told, *there(s0=1)) == []
    assert "which nobody may have left there" in wrong(told, *there(s0=7))[0]


def test_another_value_without_an_answer_cannot_replace_one_unless_whatever_comes_does(told):
    told.push(1)
    told.push(7, status=0)
    assert len(wrong(told, *there(s0=7))) == 1
    assert wrong(told, *there(s0=7), correcting=True) == []


def test_a_repeated_answer_is_one_answer(told):
    request = told.request(series(1), keyed=True)
    told.attempt(request)
    told.attempt(request)
    assert wrong(told, *there(s0=1)) == []


def test_a_good_request_that_is_refused_is_found(told):
    told.push(1, status=422)
    told.push(2, outcomes={0: "rejected"})
    assert len(told.history().refused) == 2


def test_what_stays_unanswered_is_counted(told):
    told.push(1, status=503)
    told.attempt(told.push(2, start=1, status=409), outcomes={})
    counts = told.history().counts
    assert counts == {"requests": 2, "attempts": 3, "acknowledged samples": 1, "unanswered or failed": 2,
                      "never acknowledged": 1}  # fmt: skip


def corrections_wrong(told, corrections, *stored):
    return ingest_history.check_corrections(told.history().writes[0], corrections, *stored)


def test_corrections_lead_to_the_value_that_is_there(told):
    told.push(1)
    told.push(5, correction=True, outcomes={0: "corrected"})
    told.push(6, correction=True, outcomes={0: "corrected"})
    chain = [Correction(0, 5, 6), Correction(0, 1, 5)]
    assert corrections_wrong(told, chain, *there(s0=6)) == []
    assert "do not lead" in corrections_wrong(told, chain, *there(s0=5))[0]
    assert "which is not told" in corrections_wrong(told, chain[:1], *there(s0=6))[0]
    assert "is lost" in corrections_wrong(told, chain, *there())[0]


def test_a_correction_that_is_told_of_what_nobody_corrected_is_found(told):
    told.push(1)
    assert "do not lead" in corrections_wrong(told, [Correction(0, 9, 1)], *there(s0=1))[0]


def deviation(crossing, opened, closed=None, *, annulled=False):
    return Deviation(f"d{crossing}", crossing, opened, closed, annulled)


def test_one_deviation_for_each_crossing_is_right():
    found = [deviation(2, 20), deviation(1, 3, 5), deviation(3, 7, 9, annulled=True)]
    assert ingest_history.check_deviations(found, [(3, 5), (20, None)]) == []


def test_two_deviations_for_one_crossing_are_found():
    same_number = [deviation(1, 3, 5), deviation(1, 7, 9)]
    assert "not numbered one by one" in ingest_history.check_deviations(same_number, [(3, 5), (7, 9)])[0]
    same_span = [deviation(1, 3, 5), deviation(2, 3, 5)]
    assert ingest_history.check_deviations(same_span, [(3, 5)]) == ["1 too many stand of the crossing (3, 5)"]


def test_a_crossing_without_a_deviation_is_found():
    assert ingest_history.check_deviations([], [(3, 5)]) == ["the crossing (3, 5) has no deviation"]


def test_an_event_for_each_deviation_is_wanted_once_in_both_places():
    assert ingest_history.check_events(["a", "b"], ["a", "b"], ["b", "a"]) == []
    assert len(ingest_history.check_events(["a", "b"], ["a", "b"], ["a"])) == 1
    assert len(ingest_history.check_events(["a"], ["a", "a"], ["a", "a"])) == 2
    assert ingest_history.check_events(["a"], ["a", "z"], ["a"]) == ["deviation z is in the outbox only"]


def test_the_view_has_what_the_api_has():
    at, value = there(s0=1, s1=2)
    assert ingest_history.check_alike(at, value, at, value) == []
    assert len(ingest_history.check_alike(at, value, at, value + 1)) == 2
    assert "the API has 2 samples and the view 1" in ingest_history.check_alike(at, value, at[:1], value[:1])[0]
    twice = np.repeat(at, [1, 2])
    assert "2 times" in ingest_history.check_alike(at, value, twice, np.repeat(value, [1, 2]))[0]


def test_a_chart_counts_every_sample():
    value = np.array([1.0, 2, 3])
    assert ingest_history.check_rollup(value, [1, 2], [1.0, 2.0], [1.0, 3.0]) == []
    assert ingest_history.check_rollup(value, [1, 1], [1.0, 2.0], [1.0, 3.0]) != []
    assert ingest_history.check_rollup(np.empty(0), [], [], []) == []
