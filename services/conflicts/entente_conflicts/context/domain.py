"""What a case is filled with: the events of its saga in causal order, the votes and the computed alternatives.

The events come from several producers, whose streams and clocks run apart: an effect may be received before its cause.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

DECISION_TAKEN = "entente.objectives.decision_taken.v1"
ADJUSTMENT_PROPOSED = "entente.resources.adjustment_proposed.v1"


@dataclass(frozen=True)
class Entry:
    """One event of a saga: `said` is its body."""

    event_id: UUID
    causation_id: UUID | None
    type: str
    aggregate_id: UUID
    occurred_at: datetime
    said: dict[str, Any]


def in_causal_order(entries: Iterable[Entry]) -> list[Entry]:
    """Causes before their effects, and otherwise by time (Kahn 1962). A cause that is missing holds nothing up."""
    known = {entry.event_id: entry for entry in entries}
    effects: dict[UUID, list[Entry]] = defaultdict(list)
    ready: list[tuple[datetime, UUID]] = []
    for entry in known.values():
        if entry.causation_id in known:
            effects[entry.causation_id].append(entry)
        else:
            heapq.heappush(ready, (entry.occurred_at, entry.event_id))
    ordered = []
    while ready:
        _, event_id = heapq.heappop(ready)
        ordered.append(known[event_id])
        for effect in effects[event_id]:
            heapq.heappush(ready, (effect.occurred_at, effect.event_id))
    return ordered


@dataclass(frozen=True)
class Substance:
    """What a case is about, as the events said it. Empty where no such event belongs to it."""

    votes: list[dict[str, Any]]
    tally: dict[str, Any]
    alternatives: list[dict[str, Any]]


def substance(entries: Iterable[Entry], *, decision_id: UUID | None, adjustment_id: UUID | None) -> Substance:
    """The votes of the decision, and the alternatives of the proposal, that a case came from."""
    said = {(entry.type, entry.aggregate_id): entry.said for entry in entries}
    decision = said.get((DECISION_TAKEN, decision_id), {}) if decision_id else {}
    proposal = said.get((ADJUSTMENT_PROPOSED, adjustment_id), {}) if adjustment_id else {}
    return Substance(decision.get("votes", []), decision.get("tally", {}), proposal.get("alternatives", []))
