"""Reads of needs."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from entente_shared.errors import N_
from entente_shared.web import CurrentMember, CurrentSession

from .domain import NeedNotFound
from .models import Need


def of_partnership(partnership_id: UUID) -> Select[Need]:
    return select(Need).where(Need.partnership_id == partnership_id).options(selectinload(Need.eligible))


async def load_need(session: AsyncSession, partnership_id: UUID, need_id: UUID, *, lock: bool = False) -> Need:
    """Raises NeedNotFound."""
    statement = of_partnership(partnership_id).where(Need.id == need_id)
    found = (await session.execute(statement.with_for_update() if lock else statement)).scalar_one_or_none()
    if found is None:
        raise NeedNotFound(N_("No need of this partnership has this id; GET .../needs lists them."))
    return found


async def load_active(session: AsyncSession, partnership_id: UUID) -> list[Need]:
    statement = of_partnership(partnership_id).where(Need.active).order_by(Need.id)
    return list((await session.execute(statement)).scalars())


async def _loaded(need_id: UUID, member: CurrentMember, session: CurrentSession) -> Need:
    return await load_need(session, member.partnership_id, need_id)


async def _locked(need_id: UUID, member: CurrentMember, session: CurrentSession) -> Need:
    return await load_need(session, member.partnership_id, need_id, lock=True)


LoadedNeed = Annotated[Need, Depends(_loaded)]
LockedNeed = Annotated[Need, Depends(_locked)]
needs_by_id = Need.id
