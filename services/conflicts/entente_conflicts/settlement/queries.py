"""Reading settlements, each with its signatures."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from entente_shared.errors import N_

from .domain import SettlementNotFound
from .models import Settlement

ORDER = Settlement.id


def listing(partnership_id: UUID, case_id: UUID) -> Select[Settlement]:
    return (
        select(Settlement)
        .where(Settlement.partnership_id == partnership_id, Settlement.case_id == case_id)
        .options(selectinload(Settlement.signatures))
    )


async def of_case(session: AsyncSession, partnership_id: UUID, case_id: UUID) -> Sequence[Settlement]:
    """A case's proposals, oldest first."""
    found = await session.scalars(listing(partnership_id, case_id).order_by(Settlement.number))
    return found.all()


async def get(session: AsyncSession, partnership_id: UUID, case_id: UUID, settlement_id: UUID) -> Settlement:
    settlement = await session.scalar(listing(partnership_id, case_id).where(Settlement.id == settlement_id))
    if settlement is None:
        raise SettlementNotFound(N_("This case has no settlement with that id; list its settlements to find it."))
    return settlement
