from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from entente_conflicts.context import domain
from entente_conflicts.context.domain import Entry

START = datetime(2026, 4, 5, tzinfo=UTC)
DECISION, ADJUSTMENT = UUID(int=91), UUID(int=92)


def entry(number, cause=None, minutes=0, event_type="entente.kpi.deviation_opened.v1", aggregate=None, said=None):
    return Entry(
        event_id=UUID(int=number),
        causation_id=UUID(int=cause) if cause else None,
        type=event_type,
        aggregate_id=aggregate or UUID(int=1000 + number),
        occurred_at=START + timedelta(minutes=minutes),
        said=said or {},
    )


def numbers(entries):
    return [each.event_id.int for each in domain.in_causal_order(entries)]


def test_a_cause_stands_before_its_effect_whatever_the_clocks_say():
    assert numbers([entry(3, cause=2, minutes=-5), entry(2, cause=1, minutes=1), entry(1)]) == [1, 2, 3]


def test_events_that_do_not_depend_on_each_other_stand_by_time():
    assert numbers([entry(1, minutes=3), entry(2, minutes=1), entry(3, cause=99, minutes=2)]) == [2, 3, 1]


@given(st.integers(2, 8).flatmap(lambda n: st.tuples(st.permutations(range(1, n + 1)), st.randoms())))
def test_order_does_not_depend_on_arrival(drawn):
    arrival, random = drawn
    causes = {number: random.randint(0, number - 1) for number in arrival}
    entries = [entry(number, cause=causes[number], minutes=number % 3) for number in arrival]
    ordered = numbers(entries)
    assert ordered == numbers(sorted(entries, key=lambda each: each.event_id))
    assert all(causes[number] == 0 or ordered.index(causes[number]) < ordered.index(number) for number in ordered)


def test_a_case_is_filled_with_the_votes_of_its_decision_and_the_alternatives_of_its_proposal():
    entries = [
        entry(1),
        entry(2, 1, 1, "entente.resources.adjustment_proposed.v1", ADJUSTMENT, {"alternatives": [{"key": "half"}]}),
        entry(
            3, 2, 2, "entente.objectives.decision_taken.v1", DECISION, {"votes": [{"choice": "no"}], "tally": {"no": 1}}
        ),
    ]
    filled = domain.substance(entries, decision_id=DECISION, adjustment_id=ADJUSTMENT)
    assert (filled.votes, filled.tally, filled.alternatives) == ([{"choice": "no"}], {"no": 1}, [{"key": "half"}])


def test_a_case_without_decision_or_proposal_is_filled_with_nothing():
    empty = domain.substance([entry(1)], decision_id=None, adjustment_id=None)
    assert (empty.votes, empty.tally, empty.alternatives) == ([], {}, [])
    assert domain.substance([], decision_id=DECISION, adjustment_id=ADJUSTMENT) == empty
