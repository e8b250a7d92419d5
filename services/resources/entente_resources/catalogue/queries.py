"""Reads of resources."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.web import CurrentMember, CurrentSession

from .domain import ResourceNotFound
from .models import Resource


def of_partnership(partnership_id: UUID) -> Select[Resource]:
    return select(Resource).where(Resource.partnership_id == partnership_id)


async def load_resource(
    session: AsyncSession, partnership_id: UUID, resource_id: UUID, *, lock: bool = False
) -> Resource:
    """Raises ResourceNotFound."""
    statement = of_partnership(partnership_id).where(Resource.id == resource_id)
    found = (await session.execute(statement.with_for_update() if lock else statement)).scalar_one_or_none()
    if found is None:
        raise ResourceNotFound(N_("No resource of this partnership has this id; GET .../resources lists them."))
    return found


async def load_active(session: AsyncSession, partnership_id: UUID) -> list[Resource]:
    statement = of_partnership(partnership_id).where(Resource.active)
    return list((await session.execute(statement.order_by(Resource.id))).scalars())


async def _loaded(resource_id: UUID, member: CurrentMember, session: CurrentSession) -> Resource:
    return await load_resource(session, member.partnership_id, resource_id)


async def _locked(resource_id: UUID, member: CurrentMember, session: CurrentSession) -> Resource:
    return await load_resource(session, member.partnership_id, resource_id, lock=True)


LoadedResource = Annotated[Resource, Depends(_loaded)]
LockedResource = Annotated[Resource, Depends(_locked)]
resources_by_id = Resource.id
