"""Reads of recognitions."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.web import paginate

from . import domain
from .models import Recognition


async def list_recognitions(
    session: AsyncSession,
    partnership_id: UUID,
    *,
    member_id: UUID | None,
    party_id: UUID | None,
    milestone_id: UUID | None,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[Any], str | None]:
    statement = select(Recognition).where(Recognition.partnership_id == partnership_id)
    wanted = {"member_id": member_id, "party_id": party_id, "milestone_id": milestone_id}
    statement = statement.filter_by(**{name: value for name, value in wanted.items() if value is not None})
    return await paginate(session, statement, Recognition.id, cursor, limit)


async def get_recognition(session: AsyncSession, partnership_id: UUID, recognition_id: UUID) -> Recognition:
    found = await session.get(Recognition, (partnership_id, recognition_id))
    if found is None:
        raise domain.RecognitionNotFound(N_("There is no such recognition; GET .../recognitions lists them."))
    return found
