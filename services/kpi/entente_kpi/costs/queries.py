"""Reads of costs."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, NotFound
from entente_shared.web import paginate

from ..attestation.domain import Standing
from .domain import Basis
from .models import Cost


class CostNotFound(NotFound):
    slug = "cost-not-found"
    title = N_("There is no such cost")


async def get(session: AsyncSession, partnership_id: UUID, cost_id: UUID, *, lock: bool = False) -> Cost:
    cost = await session.get(Cost, (partnership_id, cost_id), with_for_update=lock or None)
    if cost is None:
        raise CostNotFound(N_("No cost that you may see has this id; GET .../costs lists them."))
    return cost


async def list_costs(
    session: AsyncSession,
    partnership_id: UUID,
    *,
    party_id: UUID | None,
    basis: Basis | None,
    standing: Standing | None,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[Cost], str | None]:
    """One page by rising id, and the next cursor."""
    statement = select(Cost).where(Cost.partnership_id == partnership_id)
    if party_id is not None:
        statement = statement.where(Cost.party_id == party_id)
    if basis is not None:
        statement = statement.where(Cost.basis == basis)
    if standing is not None:
        statement = statement.where(Cost.standing == standing)
    return await paginate(session, statement, Cost.id, cursor, limit)
