"""Reads of verdicts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.web import paginate

from .models import Verdict


async def of_subject(session: AsyncSession, partnership_id: UUID, subject_id: UUID) -> Sequence[Verdict]:
    """In the order in which they were given."""
    return (await session.scalars(_on(partnership_id, subject_id).order_by(Verdict.number))).all()


async def list_verdicts(
    session: AsyncSession, partnership_id: UUID, subject_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Verdict], str | None]:
    """One page by rising id, and the next cursor."""
    return await paginate(session, _on(partnership_id, subject_id), Verdict.id, cursor, limit)


def _on(partnership_id: UUID, subject_id: UUID) -> Select[Verdict]:
    return select(Verdict).where(Verdict.partnership_id == partnership_id, Verdict.subject_id == subject_id)
