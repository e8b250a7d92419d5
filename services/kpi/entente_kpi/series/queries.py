"""Pages of a series."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from ..evaluation.queries import Tracked
from ..ingest.domain import EARLIEST, LATEST
from . import store


async def read_page(
    session: AsyncSession,
    tracked: Tracked,
    *,
    since: datetime | None,
    until: datetime | None,
    cursor: datetime | None,
    limit: int,
) -> tuple[list[store.Point], str | None]:
    """The samples with `since <= at < until` that are later than `cursor`, at most `limit`, and the next cursor."""
    after = min(cursor, LATEST) + store.INSTANT if cursor else EARLIEST
    first, last = max(since or EARLIEST, after), min(until or LATEST, LATEST)
    points = await store.read_range(
        session, tracked.kpi.partnership_id, tracked.kpi.id, since=first, until=last, limit=limit + 1
    )
    more = len(points) > limit
    return points[:limit], points[limit - 1][0].isoformat().replace("+00:00", "Z") if more else None
