"""The samples of a download, page by page.

Each page is a transaction of its own, so that a slow client holds neither a connection nor a snapshot: what stood
throughout is there once; what is stored or corrected meanwhile may be there or not. The caller's membership is looked at
again for each page: where it has ended, the download breaks off rather than ends.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.auth import Caller
from entente_shared.db import Database
from entente_shared.errors import N_
from entente_shared.web import load_member

from ..definitions.loading import KpiNotFound
from ..definitions.models import Kpi
from ..ingest.domain import EARLIEST, LATEST
from ..series import store
from .domain import Chunk, Exported

PAGE = 5_000
_MOST_KPIS = 100  # in one page


@dataclass(frozen=True, slots=True)
class Selection:
    """Which samples: of these KPIs, with `since <= at < until`."""

    partnership_id: UUID
    kpis: Sequence[Exported]
    since: datetime
    until: datetime


async def select_kpis(session: AsyncSession, partnership_id: UUID, kpi_ids: Sequence[UUID] | None) -> list[Exported]:
    """By rising id; all of the partnership where none are named."""
    statement = select(Kpi.id, Kpi.name, Kpi.unit).where(Kpi.partnership_id == partnership_id).order_by(Kpi.id)
    if kpi_ids:
        statement = statement.where(Kpi.id.in_(kpi_ids))
    found = [Exported(*row) for row in await session.execute(statement)]
    if kpi_ids and len(found) < len(set(kpi_ids)):
        raise KpiNotFound(N_("Not every kpi_id is one of this partnership; GET .../kpis lists them."))
    return found


def select_time(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    return max(since or EARLIEST, EARLIEST), min(until or LATEST, LATEST)


async def read(database: Database, caller: Caller, selection: Selection) -> AsyncGenerator[list[Chunk], None]:
    """KPI by KPI, each by rising time; at most PAGE samples at a time."""
    number, since = 0, selection.since
    while number < len(selection.kpis):
        page: list[Chunk] = []
        room, last = PAGE, number + _MOST_KPIS
        async with database.transaction(caller) as session:
            await load_member(session, caller, selection.partnership_id)
            while room and number < min(last, len(selection.kpis)):
                kpi = selection.kpis[number]
                points = await store.read_range(
                    session, selection.partnership_id, kpi.id, since=since, until=selection.until, limit=room
                )
                page += [Chunk(kpi, points)] if points else []
                if len(points) == room:
                    since = points[-1][0] + store.INSTANT
                else:
                    number, since = number + 1, selection.since
                room -= len(points)
        yield page
