"""The causal graph of one loop, and the state of its saga as a pure fold over its events.

Four producers write to four streams, so an effect may be logged before its cause. Events are therefore ordered by
causation first and by time and position only between those that no cause ties: the state depends on the set of
events, not on their arrival.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from heapq import heapify, heappop, heappush
from typing import Any
from uuid import UUID


class SagaState(StrEnum):
    OBSERVED = "observed"
    PROPOSED = "proposed"
    SUPPRESSED = "suppressed"
    INFEASIBLE = "infeasible"
    CONTESTED = "contested"
    DECIDING = "deciding"
    LAPSED = "lapsed"
    APPLIED = "applied"
    VERIFIED = "verified"
    ROLLED_BACK = "rolled_back"
    REFUSED = "refused"
    IN_CONFLICT = "in_conflict"
    SETTLED = "settled"


S = SagaState
_SEARCHING = frozenset({S.OBSERVED, S.SUPPRESSED, S.INFEASIBLE, S.CONTESTED})
_PENDING = _SEARCHING | {S.PROPOSED, S.DECIDING}
_UNSETTLED = frozenset(S) - {S.SETTLED}
OPENING = "deviation_opened"

# By event: the states that it leads out of, and the one that it leads to. Anything else leaves the state as it is: a
# settled saga's terms are carried out by adjustments of the case, and it stays settled until one of them is verified
# or rolled back.
TRANSITIONS: Mapping[str, tuple[frozenset[SagaState], SagaState]] = {
    "adjustment_proposed": (_SEARCHING | {S.REFUSED, S.LAPSED, S.ROLLED_BACK}, S.PROPOSED),
    "adjustment_suppressed": (_PENDING | {S.LAPSED}, S.SUPPRESSED),
    "adjustment_infeasible": (_PENDING | {S.LAPSED}, S.INFEASIBLE),
    "deviation_reopened": (frozenset({S.LAPSED, S.VERIFIED}), S.OBSERVED),
    "sample_contested": (_PENDING, S.CONTESTED),
    "decision_opened": (_PENDING, S.DECIDING),
    "decision_taken": (_PENDING | {S.LAPSED}, S.REFUSED),
    "adjustment_applied": (_PENDING | {S.LAPSED, S.REFUSED}, S.APPLIED),
    "adjustment_verified": (frozenset({S.APPLIED, S.SETTLED}), S.VERIFIED),
    "adjustment_rolled_back": (frozenset({S.APPLIED, S.SETTLED, S.VERIFIED}), S.ROLLED_BACK),
    "deviation_closed": (_PENDING, S.LAPSED),
    "deviation_annulled": (_PENDING, S.LAPSED),
    "case_opened": (_UNSETTLED, S.IN_CONFLICT),
    "case_settled": (frozenset(S), S.SETTLED),
}


@dataclass(frozen=True)
class Fact:
    """One logged event. `name` is the event's without producer and version, as `deviation_opened`."""

    position: int
    event_id: UUID
    type: str
    producer: str
    name: str
    aggregate: str
    aggregate_id: UUID
    aggregate_version: int
    correlation_id: UUID
    causation_id: UUID | None
    occurred_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rule_version(self) -> str | None:
        """The version of the rule that decided this event, where a rule did."""
        rule = self.data.get("rule")
        version = self.data.get("rule_version") or (rule.get("version") if isinstance(rule, Mapping) else None)
        return None if version is None else str(version)


@dataclass(frozen=True)
class Step:
    """The saga entered `state` by the event `event_id`."""

    state: SagaState
    event_id: UUID
    at: datetime


@dataclass(frozen=True)
class Saga:
    """The loop that one deviation started."""

    correlation_id: UUID
    deviation_id: UUID
    kpi_id: UUID
    state: SagaState
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Edge:
    cause: UUID
    effect: UUID


def ordered(facts: Iterable[Fact]) -> list[Fact]:
    """Each fact after the fact that caused it, otherwise by time (Kahn's algorithm)."""
    known = {fact.event_id: fact for fact in facts}
    effects: dict[UUID, list[Fact]] = {}
    ready: list[tuple[datetime, int, Fact]] = []
    for fact in known.values():
        if fact.causation_id in known and fact.causation_id != fact.event_id:
            effects.setdefault(fact.causation_id, []).append(fact)
        else:
            ready.append((fact.occurred_at, fact.position, fact))
    heapify(ready)
    result: list[Fact] = []
    while ready:
        fact = heappop(ready)[2]
        result.append(fact)
        for effect in effects.get(fact.event_id, ()):
            heappush(ready, (effect.occurred_at, effect.position, effect))
    return result


def edges(facts: Sequence[Fact]) -> list[Edge]:
    """Which of these facts caused which."""
    known = {fact.event_id for fact in facts}
    return [
        Edge(fact.causation_id, fact.event_id) for fact in facts if fact.causation_id in known and fact.causation_id
    ]


def fold(facts: Iterable[Fact]) -> Saga | None:
    """The saga that these facts tell, or None where no deviation started them."""
    sequence = ordered(facts)
    opening = next((fact for fact in sequence if fact.name == OPENING and fact.event_id == fact.correlation_id), None)
    if opening is None:
        return None
    steps = [Step(S.OBSERVED, opening.event_id, opening.occurred_at)]
    for fact in sequence:
        following = S.CONTESTED if fact is opening and fact.data.get("contested") else _next(steps, fact)
        if following is not None:
            steps.append(Step(following, fact.event_id, fact.occurred_at))
    return Saga(
        correlation_id=opening.correlation_id,
        deviation_id=opening.aggregate_id,
        kpi_id=UUID(str(opening.data["kpi_id"])),
        state=steps[-1].state,
        steps=tuple(steps),
    )


def _next(steps: Sequence[Step], fact: Fact) -> SagaState | None:
    """The state that `fact` leads to, or None where it changes nothing."""
    state = steps[-1].state
    if fact.name == "contest_resolved":
        return _before_contest(steps) if state is S.CONTESTED and not fact.data.get("still_contested") else None
    if fact.name not in TRANSITIONS or not _concerns(fact):
        return None
    sources, target = TRANSITIONS[fact.name]
    if fact.name == "deviation_reopened" and fact.data.get("contested"):
        target = S.CONTESTED
    return target if state in sources and state is not target else None


def _before_contest(steps: Sequence[Step]) -> SagaState:
    """Where the loop stood when samples were contested, and stands again."""
    return next(step.state for step in reversed(steps) if step.state is not S.CONTESTED)


def _concerns(fact: Fact) -> bool:
    """Decisions count where they are about the adjustment; an approved one waits for the adjustment that it allows."""
    if fact.name in {"decision_opened", "decision_taken"}:
        subject = fact.data.get("subject", {})
        return subject.get("kind") == "adjustment" and fact.data.get("outcome") != "approved"
    return True
