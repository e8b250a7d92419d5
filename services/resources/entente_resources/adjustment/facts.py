"""Between this slice's rules, its tables and the events."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from entente_shared.events import Money, objectives
from entente_shared.events import resources as events

from ..allocation.domain.answers import Certified
from ..allocation.domain.problem import Goal
from ..allocation.queries import Ground
from ..catalogue.models import Resource
from .domain import changes, damping
from .domain.changes import Lever, Mandate, Move, Value
from .models import Adjustment


@dataclass(frozen=True)
class Reach:
    """What can work on one KPI: its levers by resource, and the needs through which they act."""

    levers: Mapping[UUID, Lever]
    needs: set[UUID]

    def effect(self, moves: Iterable[Move]) -> float:
        return changes.effect(moves, self.levers, self.needs)

    def used(self, moves: Iterable[Move]) -> list[Lever]:
        return changes.used(moves, self.levers, self.needs)

    def horizon(self, moves: Iterable[Move]) -> timedelta:
        return changes.horizon(self.used(moves))


def reach(ground: Ground, kpi_id: UUID | None) -> Reach:
    charter = ground.agreed.charter
    levers = [
        Lever(lever.key, lever.resource_id, lever.effect, lever.lag)
        for lever in (charter.levers if charter else ())
        if lever.kpi_id == kpi_id
    ]
    needs = {need.id for need in ground.needs.values() if kpi_id is not None and need.kpi_id == kpi_id}
    return Reach(changes.levers_of(levers), needs)


def goal(ground: Ground, found: Reach, gap: float) -> Goal:
    effects = {
        (need_id, resource_id): found.levers[resource_id].effect
        for need_id in found.needs
        for resource_id in ground.needs[need_id].resource_ids
        if resource_id in found.levers
    }
    return Goal(gap, effects)


def unit_values(resources: Iterable[Resource]) -> dict[UUID, Value | None]:
    return {
        each.id: Value(each.unit_value, each.currency)
        if each.unit_value is not None and each.currency is not None
        else None
        for each in resources
    }


def policy(charter: objectives.CharterSigned) -> damping.Policy:
    agreed = charter.policy
    return damping.Policy(agreed.damping_half_life, agreed.cap_per_period, agreed.review_period, agreed.cool_down)


def deciding_tier(charter: objectives.CharterSigned, amount: Value | None) -> str | None:
    mandates = [
        Mandate(each.tier.value, worth(each.max_amount))
        for each in charter.mandates
        if each.domain is objectives.SubjectKind.ADJUSTMENT
    ]
    return changes.tier(mandates, amount)


def money(value: Value | None) -> Money | None:
    return Money(amount=value.amount, currency=value.currency) if value else None


def worth(found: Money | None) -> Value | None:
    return Value(found.amount, found.currency) if found else None


def amount_of(adjustment: Adjustment) -> Money | None:
    if adjustment.amount is None or adjustment.currency is None:
        return None
    return Money(amount=adjustment.amount, currency=adjustment.currency)


def changes_of(moves: Iterable[Move], owners: Mapping[UUID, UUID]) -> list[events.Change]:
    return [
        events.Change(
            need_id=move.cell[0],
            resource_id=move.cell[1],
            party_id=owners[move.cell[0]],
            period=move.cell[2],
            before=move.before,
            after=move.after,
        )
        for move in moves
    ]


def moves_of(found: Sequence[events.Change]) -> list[Move]:
    return [Move((each.need_id, each.resource_id, each.period), each.before, each.after) for each in found]


def moves_stored(adjustment: Adjustment) -> list[Move]:
    return moves_of(changes_stored(adjustment))


def changes_stored(adjustment: Adjustment) -> list[events.Change]:
    return [events.Change.model_validate(each) for each in adjustment.changes]


def party_effects(certified: Certified) -> list[events.PartyEffect]:
    return [
        events.PartyEffect(party_id=share.party_id, utility_before=share.utility_before, utility_after=share.utility)
        for share in certified.certificate.parties
    ]


def plain(parts: Iterable[Any]) -> list[Any]:
    return [part.model_dump(mode="json") for part in parts]
