"""Reading the log as a stream. Row-level security leaves what the caller may see: their partnerships, and what was
meant for them.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.auth import Caller, CallerKind

from .models import LoggedEvent

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Batch:
    """Events as the stream sends them. `last` is the position to go on from."""

    text: bytes
    count: int
    last: int


async def end_of_log(session: AsyncSession) -> int:
    """The last position that is committed, whoever may see it."""
    end: int = (await session.execute(select(func.event_log_end()))).scalar_one()
    return end


async def partnerships(session: AsyncSession) -> frozenset[str]:
    rows = await session.execute(select(func.entente_partnerships()))
    return frozenset(str(partnership_id) for partnership_id in rows.scalars())


async def after(session: AsyncSession, caller: Caller, position: int, partnership_id: UUID | None, limit: int) -> Batch:
    """The next events that the caller may see, as server-sent events. Operators see what happened, not what it says."""
    statement = select(LoggedEvent).where(LoggedEvent.position > position)
    if partnership_id is not None:
        statement = statement.where(LoggedEvent.partnership_id == partnership_id)
    columns = statement.with_only_columns(*LoggedEvent.__table__.c).order_by(LoggedEvent.position).limit(limit)
    rows = (await session.execute(columns)).all()
    with_data = caller.kind is not CallerKind.OPERATOR
    message = b"".join(_event(row, with_data=with_data) for row in rows)
    return Batch(message, len(rows), rows[-1].position if rows else position)


def _event(row: Row[Any], *, with_data: bool) -> bytes:
    content = {
        "id": row.event_id,
        "type": row.type,
        "source": f"/services/{row.producer}",
        "partnership_id": row.partnership_id,
        "aggregate": row.aggregate,
        "aggregate_id": row.aggregate_id,
        "aggregate_version": row.aggregate_version,
        "correlation_id": row.correlation_id,
        "causation_id": row.causation_id,
        "time": row.occurred_at,
        "data": row.data if with_data else None,
    }
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (row.position, row.type.encode(), _encode(content))
