"""The parties that can be told something."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.actors import Actor
from entente_objectives.partnerships.models import Party

from . import domain
from .domain import Sight, Visibility


async def organisations_of_parties(session: AsyncSession, partnership_id: UUID) -> dict[UUID, UUID]:
    """Each party's organisation."""
    rows = await session.execute(select(Party.id, Party.organisation_id).where(Party.partnership_id == partnership_id))
    return {row.id: row.organisation_id for row in rows}


async def sight_of(session: AsyncSession, actor: Actor, visibility: Visibility, named: Collection[UUID]) -> Sight:
    """Who sees what `actor` writes. Raises InvalidVisibility."""
    parties = await organisations_of_parties(session, actor.partnership_id)
    return domain.sight(visibility, actor.party_id, named, parties)
