"""Keyset pagination by id, and ETags."""

from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from ..errors import N_, PreconditionFailed

T = TypeVar("T")

Cursor = Annotated[UUID | None, Query(description="`next_cursor` of the page before")]
Limit = Annotated[int, Query(ge=1, le=1000, description="at most so many items")]


class Page(BaseModel, Generic[T]):
    """One page of a list. `next_cursor` is null on the last."""

    items: list[T]
    next_cursor: str | None


async def paginate(
    session: AsyncSession,
    statement: Select[Any],
    column: InstrumentedAttribute[UUID],
    cursor: UUID | None,
    limit: int,
    *,
    ascending: bool = True,
) -> tuple[list[Any], str | None]:
    """Run `statement` for one page ordered by `column` (the id); returns the entities and the next cursor."""
    if cursor is not None:
        statement = statement.where(column > cursor if ascending else column < cursor)
    ordered = statement.order_by(column.asc() if ascending else column.desc()).limit(limit + 1)
    rows = list((await session.execute(ordered)).scalars().all())
    more = len(rows) > limit
    return rows[:limit], str(getattr(rows[limit - 1], column.key)) if more else None


def set_etag(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"{version}"'


def check_if_match(request: Request, version: int) -> None:
    """Raises PreconditionFailed where the request's If-Match names another version than the record's present one."""
    wanted = request.headers.get("if-match")
    if (
        wanted is not None
        and wanted.strip() != "*"
        and f'"{version}"' not in [part.strip() for part in wanted.split(",")]
    ):
        raise PreconditionFailed(
            N_("The record has changed since you read it: read it again, then repeat your change.")
        )
