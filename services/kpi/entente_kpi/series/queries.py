"""Pages of a series, and of what was corrected in it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.web import paginate

from ..evaluation.queries import Tracked
from ..ingest.domain import EARLIEST, LATEST
from . import store
from .models import Correction
from .moments import INSTANT


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
    after = min(cursor, LATEST) + INSTANT if cursor else EARLIEST
    first, last = max(since or EARLIEST, after), min(until or LATEST, LATEST)
    points = await store.read_range(
        session, tracked.kpi.partnership_id, tracked.kpi.id, since=first, until=last, limit=limit + 1
    )
    more = len(points) > limit
    return points[:limit], points[limit - 1][0].isoformat().replace("+00:00", "Z") if more else None


async def list_corrections(
    session: AsyncSession, tracked: Tracked, cursor: UUID | None, limit: int
) -> tuple[list[Correction], str | None]:
    """One page by rising id, and the next cursor."""
    partnership_id, kpi_id = tracked.kpi.partnership_id, tracked.kpi.id
    of_kpi = select(Correction).where(Correction.partnership_id == partnership_id, Correction.kpi_id == kpi_id)
    return await paginate(session, of_kpi, Correction.id, cursor, limit)
