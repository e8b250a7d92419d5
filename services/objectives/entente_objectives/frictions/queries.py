"""Reads of friction zones and synergies."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, NotFound
from entente_shared.web import paginate

from .domain import Ground, Nature
from .models import Friction


async def list_frictions(
    session: AsyncSession,
    partnership_id: UUID,
    *,
    nature: Nature | None,
    ground: Ground | None,
    round_id: UUID | None,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[Any], str | None]:
    statement = select(Friction).where(Friction.partnership_id == partnership_id)
    for column, value in ((Friction.nature, nature), (Friction.ground, ground), (Friction.round_id, round_id)):
        if value is not None:
            statement = statement.where(column == value)
    return await paginate(session, statement, Friction.id, cursor, limit)


async def get_friction(session: AsyncSession, partnership_id: UUID, friction_id: UUID) -> Friction:
    found = await session.get(Friction, (partnership_id, friction_id))
    if found is None:
        raise NotFound(N_("There is no such friction zone or synergy; GET .../frictions lists them."))
    return found
