"""Pages of verifications."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.web import paginate

from .models import Verification


async def list_verifications(
    session: AsyncSession, partnership_id: UUID, *, deviation_id: UUID | None, cursor: UUID | None, limit: int
) -> tuple[list[Verification], str | None]:
    """One page by rising id, and the next cursor."""
    statement = select(Verification).where(Verification.partnership_id == partnership_id)
    if deviation_id is not None:
        statement = statement.where(Verification.deviation_id == deviation_id)
    return await paginate(session, statement, Verification.id, cursor, limit)
