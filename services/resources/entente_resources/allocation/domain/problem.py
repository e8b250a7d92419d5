"""What is to be allocated, as plain data.

Periods are counted from 0, the next one; quantities are in units of a resource per period.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

GRAIN = 0.001
"""The smallest unit in which a divisible resource is handed out; an indivisible one goes by whole units."""

Cell = tuple[UUID, UUID, int]
"""A need, a resource and a period."""

Cells = Mapping[Cell, float]


@dataclass(frozen=True)
class Party:
    """`floor` is the share of its weighted needs that the charter guarantees (0 to 1)."""

    id: UUID
    weight: float
    floor: float = 0.0


@dataclass(frozen=True)
class Resource:
    id: UUID
    capacity: tuple[float, ...]
    indivisible: bool = False

    @property
    def grain(self) -> float:
        return 1.0 if self.indivisible else GRAIN


@dataclass(frozen=True)
class Need:
    """Between `least` and `most` units in total per period, from any of the eligible resources."""

    id: UUID
    party_id: UUID
    resource_ids: tuple[UUID, ...]
    least: float
    most: float
    priority: float


@dataclass(frozen=True)
class Goal:
    """The levers' condition: the changes must have at least the effect `gap` on a KPI, in its unit and with its sign.

    `effects` says what one more unit for one period does, by (need, resource).
    """

    gap: float
    effects: Mapping[tuple[UUID, UUID], float]

    @property
    def sign(self) -> float:
        return -1.0 if self.gap < 0 else 1.0


@dataclass(frozen=True)
class Problem:
    """One allocation to find. Without `churn_budget` any change from `previous` is allowed; parties have at least one need."""

    parties: tuple[Party, ...]
    resources: tuple[Resource, ...]
    needs: tuple[Need, ...]
    previous: Cells = field(default_factory=dict)
    churn_budget: float | None = None
    goal: Goal | None = None

    @cached_property
    def periods(self) -> int:
        return max((len(resource.capacity) for resource in self.resources), default=0)
