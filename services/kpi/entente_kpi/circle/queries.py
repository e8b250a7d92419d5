"""Who takes part: the parties of a partnership and how many people act for each."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.plumbing import membership


async def parties(session: AsyncSession, partnership_id: UUID) -> set[UUID]:
    """Each party is a member without a person."""
    of_party = membership.c.party_id
    found = await session.execute(
        select(of_party).where(
            membership.c.partnership_id == partnership_id, membership.c.person_id.is_(None), membership.c.active
        )
    )
    return set(found.scalars())


async def people(session: AsyncSession, partnership_id: UUID) -> dict[UUID, int]:
    """How many people act for each party that has some."""
    found = await session.execute(
        select(membership.c.party_id, func.count(membership.c.person_id.distinct()).label("people"))
        .where(membership.c.partnership_id == partnership_id, membership.c.person_id.is_not(None), membership.c.active)
        .group_by(membership.c.party_id)
    )
    return {row.party_id: row.people for row in found}
