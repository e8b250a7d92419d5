"""State and change needs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import resources as events
from entente_shared.ids import new_id
from entente_shared.outbox import publish

from ..catalogue.models import Resource
from . import domain
from .models import Eligible, Need


async def state_need(
    session: AsyncSession,
    partnership_id: UUID,
    party_id: UUID,
    *,
    name: str,
    kpi_id: UUID | None,
    resource_ids: Sequence[UUID],
    least: float,
    most: float,
    priority: float,
) -> Need:
    """Raises InvalidNeed."""
    domain.check_amounts(least, most)
    await _check_resources(session, partnership_id, resource_ids)
    need = Need(
        partnership_id=partnership_id,
        id=new_id(),
        party_id=party_id,
        kpi_id=kpi_id,
        name=name,
        least=least,
        most=most,
        priority=priority,
        active=True,
        version=1,
    )
    need.eligible = [Eligible(resource_id=resource_id) for resource_id in sorted(resource_ids)]
    session.add(need)
    await session.flush()
    publish(session, _public(need))
    return need


async def change_need(session: AsyncSession, need: Need, changes: dict[str, Any]) -> None:
    """Change a locked need: any field of a body. Raises InvalidNeed. What is allocated stays until the next allocation."""
    domain.check_amounts(changes.get("least", need.least), changes.get("most", need.most))
    if "resource_ids" in changes:
        asked: list[UUID] = changes.pop("resource_ids")
        await _check_resources(session, need.partnership_id, asked)
        kept = {each.resource_id: each for each in need.eligible}
        need.eligible = [kept.get(key) or Eligible(resource_id=key) for key in sorted(asked)]
    for name, value in changes.items():
        setattr(need, name, value)
    need.version += 1
    await session.flush()
    publish(session, _public(need))


async def _check_resources(session: AsyncSession, partnership_id: UUID, resource_ids: Sequence[UUID]) -> None:
    known = await session.execute(
        select(Resource.id).where(Resource.partnership_id == partnership_id, Resource.id.in_(resource_ids))
    )
    domain.check_resources(resource_ids, set(known.scalars()))


def _public(need: Need) -> events.NeedChanged:
    return events.NeedChanged(
        partnership_id=need.partnership_id,
        need_id=need.id,
        party_id=need.party_id,
        kpi_id=need.kpi_id,
        name=need.name,
        priority=need.priority,
        active=need.active,
    )
