"""Bodies of resources."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from entente_shared.web import Amount, Strict, Text

from ..quantities import Quantity, unchanged
from .models import Resource

Capacity = Annotated[
    list[Quantity],
    Field(min_length=1, max_length=120, description="units that can be used, by period from the next one on"),
]


class ResourceCreate(Strict):
    """It belongs to the caller's party."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Road patrols",
                    "unit": "h",
                    "unit_value": {"amount": "62.50", "currency": "EUR"},
                    "capacity": [400.0, 400.0, 380.0],
                }
            ]
        }
    )

    name: Text
    unit: Text = Field(description="a UCUM or ISO 4217 code, or a word")
    unit_value: Amount | None = Field(None, description="of one unit for one period; without one the sponsors decide")
    indivisible: bool = Field(False, description="allocated in whole units only; cannot be changed later")
    capacity: Capacity


class ResourcePatch(Strict):
    """What is left out stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"unit_value": {"amount": "65.00", "currency": "EUR"}, "capacity": [400.0, 360.0, 360.0]}]
        }
    )

    name: Text = unchanged()
    unit_value: Amount | None = unchanged()
    capacity: Capacity = unchanged()
    active: bool = unchanged()


class ResourceRead(Strict):
    id: UUID
    party_id: UUID
    name: str
    unit: str
    unit_value: Amount | None
    indivisible: bool
    capacity: list[float]
    active: bool
    version: int
    created_at: datetime

    @classmethod
    def of(cls, resource: Resource) -> "ResourceRead":
        value = None
        if resource.unit_value is not None and resource.currency is not None:
            value = Amount(amount=resource.unit_value, currency=resource.currency)
        return cls(
            id=resource.id,
            party_id=resource.party_id,
            name=resource.name,
            unit=resource.unit,
            unit_value=value,
            indivisible=resource.indivisible,
            capacity=resource.capacity,
            active=resource.active,
            version=resource.version,
            created_at=resource.created_at,
        )
