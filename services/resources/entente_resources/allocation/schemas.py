"""Bodies of allocations."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import Strict

from .domain.problem import Cells
from .models import Allocation, Cause


class AllocationCreate(Strict):
    """Nothing to say: the allocation follows from the needs, the resources and the charter."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class CellRead(Strict):
    need_id: UUID
    party_id: UUID
    resource_id: UUID
    period: int
    amount: float


class AllocationSummary(Strict):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    revision: int
    cause: Cause
    adjustment_id: UUID | None
    created_at: datetime


class AllocationRead(AllocationSummary):
    """`certificate` lets it be contested: what binds, at which price, who may envy whom, what each party gains or loses."""

    cells: list[CellRead]
    certificate: dict[str, Any] = Field(
        description="rounds, shares, envy, churn and binding constraints with their prices"
    )

    @classmethod
    def of(cls, allocation: Allocation, cells: Cells, owners: Mapping[UUID, UUID]) -> "AllocationRead":
        summary = AllocationSummary.model_validate(allocation).model_dump()
        listed = [
            CellRead(need_id=need, party_id=owners[need], resource_id=resource, period=period, amount=amount)
            for (need, resource, period), amount in cells.items()
        ]
        return cls(**summary, cells=listed, certificate=allocation.certificate)
