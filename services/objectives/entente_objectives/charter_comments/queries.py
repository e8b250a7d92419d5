"""Reads of comments."""

from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.charter.queries import load_version
from entente_shared.web import paginate

from .models import CharterComment


async def list_comments(
    session: AsyncSession, partnership_id: UUID, number: int, *, path: str | None, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    """One page by rising id; with a `path` those on it and on what lies in it. Raises NoSuchVersion."""
    await load_version(session, partnership_id, number)
    statement = select(CharterComment).where(
        CharterComment.partnership_id == partnership_id, CharterComment.number == number
    )
    if path:
        inside = CharterComment.path.startswith(f"{path}/", autoescape=True)
        statement = statement.where(or_(CharterComment.path == path, inside))
    return await paginate(session, statement, CharterComment.id, cursor, limit)
