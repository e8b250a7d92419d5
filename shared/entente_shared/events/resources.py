"""Events of the resources service."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from .base import Body, Event, Kind, Money


class Capacity(Body):
    """`amount` units of a resource can be used in the period that starts at `period` (index from the first period)."""

    period: int
    amount: float


class ResourceChanged(
    Event, producer="resources", name="resource_changed", kind=Kind.STATE, aggregate="resource", key="resource_id"
):
    partnership_id: UUID
    resource_id: UUID
    party_id: UUID
    name: str
    unit: str
    unit_value: Money | None
    indivisible: bool
    capacity: list[Capacity]
    active: bool


class NeedChanged(Event, producer="resources", name="need_changed", kind=Kind.STATE, aggregate="need", key="need_id"):
    partnership_id: UUID
    need_id: UUID
    party_id: UUID
    kpi_id: UUID | None
    name: str
    priority: float
    active: bool


class Change(Body):
    """One cell of the allocation that an adjustment moves."""

    need_id: UUID
    resource_id: UUID
    party_id: UUID
    period: int
    before: float
    after: float


class PartyEffect(Body):
    party_id: UUID
    utility_before: float
    utility_after: float


class Alternative(Body):
    """Another allocation that was computed beside the proposed one."""

    key: str
    label: str
    changes: list[Change]
    expected_effect: float
    amount: Money | None
    parties: list[PartyEffect]


class AllocationPublished(
    Event,
    producer="resources",
    name="allocation_published",
    kind=Kind.EFFECT,
    aggregate="allocation",
    key="allocation_id",
):
    partnership_id: UUID
    allocation_id: UUID
    revision: int
    cause: str
    certificate: dict[str, Any]


class AdjustmentProposed(
    Event,
    producer="resources",
    name="adjustment_proposed",
    kind=Kind.EFFECT,
    aggregate="adjustment",
    key="adjustment_id",
):
    """`amount` = sum |change| * unit value, None where a moved resource has no unit value (highest tier)."""

    partnership_id: UUID
    adjustment_id: UUID
    deviation_id: UUID
    kpi_id: UUID
    changes: list[Change]
    parties: list[PartyEffect]
    gap: float
    expected_effect: float
    horizon: timedelta
    amount: Money | None
    churn: float
    churn_budget: float
    levers: list[str]
    alternatives: list[Alternative]
    penalty: float
    event_time: datetime
    certificate: dict[str, Any]
    rule_version: str


class AdjustmentSuppressed(
    Event,
    producer="resources",
    name="adjustment_suppressed",
    kind=Kind.EFFECT,
    aggregate="adjustment",
    key="adjustment_id",
):
    """Damping A2 held an adjustment back until `until` (event time)."""

    partnership_id: UUID
    adjustment_id: UUID
    deviation_id: UUID
    kpi_id: UUID
    reason: str
    penalty: float
    until: datetime
    rule_version: str


class AdjustmentInfeasible(
    Event,
    producer="resources",
    name="adjustment_infeasible",
    kind=Kind.EFFECT,
    aggregate="adjustment",
    key="adjustment_id",
):
    """No allocation closes the gap. `best_effect` is the most that the levers can do, `shortfall` what is missing, in the KPI's unit."""

    partnership_id: UUID
    adjustment_id: UUID
    deviation_id: UUID
    kpi_id: UUID
    gap: float
    best_effect: float
    shortfall: float
    churn_needed: float | None
    reason: str
    rule_version: str


class AdjustmentApplied(
    Event,
    producer="resources",
    name="adjustment_applied",
    kind=Kind.EFFECT,
    aggregate="adjustment",
    key="adjustment_id",
):
    """`applied_at` is event time. Verification looks at the samples from `applied_at + horizon` on."""

    partnership_id: UUID
    adjustment_id: UUID
    deviation_id: UUID | None
    kpi_id: UUID | None
    decision_id: UUID | None
    case_id: UUID | None
    allocation_id: UUID
    changes: list[Change]
    applied_at: datetime
    horizon: timedelta
    verify_samples: int
    expected_effect: float
    amount: Money | None


class AdjustmentRolledBack(
    Event,
    producer="resources",
    name="adjustment_rolled_back",
    kind=Kind.EFFECT,
    aggregate="adjustment",
    key="adjustment_id",
):
    partnership_id: UUID
    adjustment_id: UUID
    deviation_id: UUID | None
    kpi_id: UUID | None
    allocation_id: UUID
    reason: str
    at: datetime
