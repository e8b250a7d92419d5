"""Enter and change resources."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import Money
from entente_shared.events import resources as events
from entente_shared.ids import new_id
from entente_shared.outbox import publish

from . import domain
from .models import Resource


async def enter_resource(
    session: AsyncSession,
    partnership_id: UUID,
    party_id: UUID,
    *,
    name: str,
    unit: str,
    unit_value: Money | None,
    indivisible: bool,
    capacity: list[float],
) -> Resource:
    """Raises InvalidCapacity."""
    domain.check_capacity(capacity, indivisible=indivisible)
    resource = Resource(
        partnership_id=partnership_id,
        id=new_id(),
        party_id=party_id,
        name=name,
        unit=unit,
        **_value_columns(unit_value),
        indivisible=indivisible,
        capacity=capacity,
        active=True,
        version=1,
    )
    session.add(resource)
    await session.flush()
    publish(session, _public(resource))
    return resource


async def change_resource(session: AsyncSession, resource: Resource, changes: dict[str, Any]) -> None:
    """Change a locked resource: `name`, `unit_value` (Money or None), `capacity`, `active`. Raises InvalidCapacity.

    What is allocated stays until the next allocation or adjustment.
    """
    domain.check_capacity(changes.get("capacity", ()), indivisible=resource.indivisible)
    if "unit_value" in changes:
        changes |= _value_columns(changes["unit_value"])
    for name, value in changes.items():
        setattr(resource, name, value)
    resource.version += 1
    await session.flush()
    publish(session, _public(resource))


def _value_columns(value: Money | None) -> dict[str, Any]:
    return {"unit_value": value.amount if value else None, "currency": value.currency if value else None}


def value_of(resource: Resource) -> Money | None:
    if resource.unit_value is None or resource.currency is None:
        return None
    return Money(amount=Decimal(resource.unit_value), currency=resource.currency)


def _public(resource: Resource) -> events.ResourceChanged:
    return events.ResourceChanged(
        partnership_id=resource.partnership_id,
        resource_id=resource.id,
        party_id=resource.party_id,
        name=resource.name,
        unit=resource.unit,
        unit_value=value_of(resource),
        indivisible=resource.indivisible,
        capacity=[events.Capacity(period=period, amount=amount) for period, amount in enumerate(resource.capacity)],
        active=resource.active,
    )
