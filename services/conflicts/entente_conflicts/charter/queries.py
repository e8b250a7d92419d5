"""What the parties have agreed on."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.objectives import LadderLevel, Party
from entente_shared.plumbing import membership

from .models import Charter, Objective, Partnership


async def signed_ladder(session: AsyncSession, partnership_id: UUID) -> tuple[int, list[LadderLevel]] | None:
    """The charter's version and its ladder; None where no charter, or none with a ladder, is signed."""
    charter = await session.get(Charter, partnership_id)
    if charter is None or not charter.ladder:
        return None
    return charter.charter_version, [LadderLevel.model_validate(level) for level in charter.ladder]


async def parties(session: AsyncSession, partnership_id: UUID) -> list[Party]:
    partnership = await session.get(Partnership, partnership_id)
    return [Party.model_validate(party) for party in partnership.parties] if partnership else []


async def roles_held(session: AsyncSession, partnership_id: UUID) -> frozenset[str]:
    """The roles that at least one active member of the partnership has."""
    held = await session.scalars(
        select(membership.c.role)
        .where(membership.c.partnership_id == partnership_id, membership.c.active, membership.c.role.is_not(None))
        .distinct()
    )
    return frozenset(held)


async def active_objectives(session: AsyncSession, partnership_id: UUID) -> frozenset[UUID]:
    ids = await session.scalars(
        select(Objective.id).where(Objective.partnership_id == partnership_id, Objective.active)
    )
    return frozenset(ids)


async def objective_title(session: AsyncSession, partnership_id: UUID, kpi_id: UUID | None) -> str | None:
    """The title of the objective that `kpi_id` measures."""
    return await session.scalar(
        select(Objective.title)
        .where(Objective.partnership_id == partnership_id, Objective.kpi_id == kpi_id, Objective.active)
        .order_by(Objective.id)
        .limit(1)
    )
