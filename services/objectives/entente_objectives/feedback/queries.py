"""Reads of feedback: what the caller sees, and no more, also in the trend."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.visibility.domain import RecordKind
from entente_shared.web import paginate

from . import domain
from .domain import Trend
from .models import Feedback


def _of(partnership_id: UUID, kind: RecordKind | None, subject_id: UUID | None, *columns: Any) -> Select[Any]:
    statement = select(*(columns or (Feedback,))).where(Feedback.partnership_id == partnership_id)
    if kind is not None:
        statement = statement.where(Feedback.subject_kind == kind)
    return statement if subject_id is None else statement.where(Feedback.subject_id == subject_id)


async def list_feedback(
    session: AsyncSession,
    partnership_id: UUID,
    kind: RecordKind | None,
    subject_id: UUID | None,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[Any], str | None]:
    return await paginate(session, _of(partnership_id, kind, subject_id), Feedback.id, cursor, limit)


async def trend_of(session: AsyncSession, partnership_id: UUID, kind: RecordKind, subject_id: UUID) -> Trend:
    rows = await session.execute(_of(partnership_id, kind, subject_id, Feedback.given_at, Feedback.rating))
    return domain.trend((row.given_at, row.rating) for row in rows)
