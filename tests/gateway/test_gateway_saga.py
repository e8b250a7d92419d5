"""The saga's state is a fold over the set of its events, and the trace is their causal graph."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from entente_gateway.trace.domain import Fact, SagaState, edges, fold, ordered

START = datetime(2026, 1, 1, tzinfo=UTC)
KPI = uuid4()
ADJUSTMENT = {"kind": "adjustment", "id": str(uuid4())}


class Story:
    """Facts that follow from one another: each is caused by the one before, unless another cause is named."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def tell(self, name: str, cause: UUID | None = None, **data: object) -> UUID:
        event_id = uuid4()
        correlation = self.facts[0].correlation_id if self.facts else event_id
        self.facts.append(
            Fact(
                position=len(self.facts) + 1,
                event_id=event_id,
                type=f"entente.kpi.{name}.v1",
                producer="kpi",
                name=name,
                aggregate="deviation",
                aggregate_id=uuid4(),
                aggregate_version=1,
                correlation_id=correlation,
                causation_id=cause or (self.facts[-1].event_id if self.facts else None),
                occurred_at=START + timedelta(seconds=len(self.facts)),
                data=data,
            )
        )
        return event_id


def story(*names: str) -> Story:
    """`name` or `name:outcome`; decisions are about the adjustment."""
    told = Story()
    for index, item in enumerate(names):
        name, _, outcome = item.partition(":")
        data: dict[str, object] = {"kpi_id": str(KPI)} if index == 0 else {}
        if name.startswith("decision"):
            data["subject"] = ADJUSTMENT
        if outcome:
            data["outcome"] = outcome
        told.tell(name, **data)
    return told


OPEN = "deviation_opened"
APPROVED = (OPEN, "adjustment_proposed", "decision_opened", "decision_taken:approved", "adjustment_applied")
REFUSED = (OPEN, "adjustment_proposed", "decision_opened", "decision_taken:refused")
CASES = [
    ((OPEN,), SagaState.OBSERVED),
    ((OPEN, "adjustment_proposed"), SagaState.PROPOSED),
    ((OPEN, "adjustment_suppressed"), SagaState.SUPPRESSED),
    ((OPEN, "adjustment_suppressed", "adjustment_proposed"), SagaState.PROPOSED),
    ((OPEN, "adjustment_infeasible"), SagaState.INFEASIBLE),
    ((OPEN, "adjustment_infeasible", "case_opened", "level_reached"), SagaState.IN_CONFLICT),
    ((OPEN, "adjustment_proposed", "sample_contested"), SagaState.CONTESTED),
    ((OPEN, "adjustment_proposed", "sample_contested", "contest_resolved"), SagaState.PROPOSED),
    ((OPEN, "sample_contested", "sample_contested", "contest_resolved"), SagaState.OBSERVED),
    ((OPEN, "sample_contested", "contest_resolved", "adjustment_proposed"), SagaState.PROPOSED),
    ((OPEN, "sample_contested", "deviation_annulled", "contest_resolved"), SagaState.LAPSED),
    ((OPEN, "adjustment_proposed", "deviation_closed", "deviation_reopened"), SagaState.OBSERVED),
    ((OPEN, "deviation_closed", "deviation_reopened", "adjustment_proposed"), SagaState.PROPOSED),
    ((*APPROVED, "adjustment_verified", "deviation_reopened"), SagaState.OBSERVED),
    ((*APPROVED, "deviation_reopened"), SagaState.APPLIED),
    ((OPEN, "adjustment_proposed", "decision_opened"), SagaState.DECIDING),
    ((OPEN, "adjustment_proposed", "decision_opened", "decision_taken:approved"), SagaState.DECIDING),
    (APPROVED, SagaState.APPLIED),
    ((*APPROVED, "deviation_closed"), SagaState.APPLIED),
    ((*APPROVED, "adjustment_verified"), SagaState.VERIFIED),
    ((*APPROVED, "adjustment_not_verified"), SagaState.APPLIED),
    ((*APPROVED, "adjustment_not_verified", "adjustment_rolled_back"), SagaState.ROLLED_BACK),
    ((OPEN, "deviation_closed"), SagaState.LAPSED),
    ((OPEN, "adjustment_proposed", "decision_opened", "deviation_annulled"), SagaState.LAPSED),
    ((OPEN, "adjustment_proposed", "deviation_closed", "decision_taken:expired"), SagaState.REFUSED),
    (REFUSED, SagaState.REFUSED),
    ((*REFUSED[:-1], "decision_taken:vetoed"), SagaState.REFUSED),
    ((*REFUSED, "case_opened"), SagaState.IN_CONFLICT),
    ((*REFUSED, "case_opened", "level_reached", "case_settled"), SagaState.SETTLED),
    ((*REFUSED, "case_opened", "case_settled", "adjustment_applied", "case_closed"), SagaState.SETTLED),
    ((*REFUSED, "case_opened", "case_settled", "adjustment_applied", "adjustment_verified"), SagaState.VERIFIED),
]


@pytest.mark.parametrize(("names", "state"), CASES, ids=["-".join(names[1:]) or names[0] for names, _ in CASES])
def test_the_state_follows_from_the_events(names, state):
    saga = fold(story(*names).facts)
    assert saga is not None
    assert saga.state is state
    assert saga.kpi_id == KPI
    assert saga.steps[0].state is SagaState.OBSERVED


@pytest.mark.parametrize(("names", "state"), CASES)
def test_the_state_depends_on_the_set_of_events_and_not_on_their_arrival(names, state):
    facts = story(*names).facts
    shuffled = random.Random(7)
    for _ in range(5):
        shuffled.shuffle(facts)
        arrived = [Fact(**{**vars(fact), "position": index}) for index, fact in enumerate(facts)]
        assert fold(arrived).state is state


def test_a_kpi_that_is_still_contested_keeps_the_saga_frozen():
    told = story(OPEN, "sample_contested")
    told.tell("contest_resolved", still_contested=True)
    assert fold(told.facts).state is SagaState.CONTESTED
    told.tell("contest_resolved", still_contested=False)
    assert fold(told.facts).state is SagaState.OBSERVED


def test_what_opens_on_contested_samples_is_frozen_from_the_start():
    told = Story()
    told.tell(OPEN, kpi_id=str(KPI), contested=True)
    assert [step.state for step in fold(told.facts).steps] == [SagaState.OBSERVED, SagaState.CONTESTED]
    told.tell("contest_resolved", still_contested=False)
    told.tell("deviation_closed")
    told.tell("deviation_reopened", contested=True)
    assert fold(told.facts).state is SagaState.CONTESTED


def test_an_event_logged_before_its_cause_counts_after_it():
    told = story(*APPROVED)
    applied = told.facts[-1]
    early = Fact(**{**vars(applied), "position": 0, "occurred_at": START - timedelta(hours=1)})
    assert [fact.name for fact in ordered([early, *told.facts[:-1]])][-1] == "adjustment_applied"


def test_decisions_about_something_else_change_nothing():
    told = story(OPEN, "adjustment_proposed")
    told.tell("decision_opened", subject={"kind": "rebaseline"})
    told.tell("decision_taken", subject={"kind": "rebaseline"}, outcome="refused")
    told.tell("decision_taken")
    assert fold(told.facts).state is SagaState.PROPOSED


def test_steps_tell_which_event_led_where():
    told = story(*APPROVED)
    steps = fold(told.facts).steps
    assert [step.state.value for step in steps] == ["observed", "proposed", "deciding", "applied"]
    assert steps[-1].event_id == told.facts[-1].event_id


def test_there_is_no_saga_without_a_deviation():
    assert fold([]) is None
    assert fold(story("decision_opened", "decision_taken:approved").facts) is None


def test_edges_join_causes_and_effects_that_are_both_known():
    told = story(OPEN, "adjustment_proposed")
    told.tell("decision_opened", cause=uuid4())
    assert [(edge.cause, edge.effect) for edge in edges(told.facts)] == [
        (told.facts[0].event_id, told.facts[1].event_id)
    ]


def test_facts_are_ordered_by_cause_and_then_by_time():
    told = story(OPEN, "adjustment_proposed")
    root = told.facts[0].event_id
    told.tell("deviation_changed", cause=root)
    itself = told.tell("health_changed", cause=root)
    own = Fact(**{**vars(told.facts[-1]), "causation_id": itself})
    names = [fact.name for fact in ordered([own, *told.facts[2:0:-1], told.facts[0], told.facts[0]])]
    assert names == [OPEN, "adjustment_proposed", "deviation_changed", "health_changed"]


def test_the_rule_that_decided_is_named():
    told = story(OPEN)
    told.tell("decision_opened", rule_version="A15/1")
    told.tell("deviation_opened", rule={"version": 3})
    told.tell("deviation_opened", rule="no rule")
    assert [fact.rule_version for fact in told.facts] == [None, "A15/1", "3", None]
