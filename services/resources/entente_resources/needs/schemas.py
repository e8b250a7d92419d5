"""Bodies of needs."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import Strict, Text

from ..quantities import Quantity, unchanged

ResourceIds = Annotated[list[UUID], Field(min_length=1, max_length=100, description="those that may meet the need")]
Most = Annotated[Quantity, Field(gt=0, description="units in total per period that fulfil it")]
Least = Annotated[Quantity, Field(description="units in total per period without which it is useless")]
Priority = Annotated[float, Field(gt=0, le=1000, description="its weight among the party's needs")]


class NeedCreate(Strict):
    """It belongs to the caller's party. `kpi_id` is the KPI that it works on: levers act through it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Patrols on rural roads",
                    "kpi_id": "01939f61-2d01-7f61-b141-a3548fc06001",
                    "resource_ids": ["01939f61-2d03-7365-b585-e798d3040003"],
                    "least": 10.0,
                    "most": 80.0,
                    "priority": 2.0,
                }
            ]
        }
    )

    name: Text
    kpi_id: UUID | None = None
    resource_ids: ResourceIds
    least: Least = 0.0
    most: Most
    priority: Priority = 1.0


class NeedPatch(Strict):
    """What is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"most": 100.0, "priority": 3.0}]})

    name: Text = unchanged()
    kpi_id: UUID | None = unchanged()
    resource_ids: ResourceIds = unchanged()
    least: Least = unchanged()
    most: Most = unchanged()
    priority: Priority = unchanged()
    active: bool = unchanged()


class NeedRead(Strict):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    party_id: UUID
    kpi_id: UUID | None
    name: str
    resource_ids: list[UUID]
    least: float
    most: float
    priority: float
    active: bool
    version: int
    created_at: datetime
