"""Reads of commitments."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.web import paginate

from .models import Commitment


async def list_commitments(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(Commitment).where(Commitment.partnership_id == partnership_id)
    return await paginate(session, statement, Commitment.id, cursor, limit)
