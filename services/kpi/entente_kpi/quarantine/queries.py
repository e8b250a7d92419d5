"""What an organisation has in quarantine."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.web import Member

from .domain import NO_SUCH_SERIES, SeriesNotFound
from .models import QuarantineDrop, QuarantinedSample, QuarantinedSeries

drops_by_id = QuarantineDrop.id


def mine(
    member: Member, table: type[QuarantinedSeries | QuarantinedSample | QuarantineDrop]
) -> tuple[ColumnElement[bool], ...]:
    return (table.partnership_id == member.partnership_id, table.organisation_id == member.organisation_id)


def drops(member: Member) -> Select[QuarantineDrop]:
    return select(QuarantineDrop).where(*mine(member, QuarantineDrop))


async def list_series(
    session: AsyncSession, member: Member, cursor: UUID | None, limit: int
) -> tuple[list[Row[QuarantinedSeries, int, datetime, datetime]], str | None]:
    """One page of (series, samples, first time, last time) by rising id, and the next cursor."""
    series, sample = QuarantinedSeries, QuarantinedSample
    page = select(series.id).where(*mine(member, series))
    if cursor is not None:
        page = page.where(series.id > cursor)
    ids = page.order_by(series.id).limit(limit + 1)
    query = (
        select(series, func.count(), func.min(sample.at), func.max(sample.at))
        .join(sample, (sample.partnership_id == series.partnership_id) & (sample.series_id == series.id))
        .where(*mine(member, series), series.id.in_(ids))
        .group_by(series.partnership_id, series.id)
        .order_by(series.id)
    )
    rows = list((await session.execute(query)).all())
    return rows[:limit], str(rows[limit - 1][0].id) if len(rows) > limit else None


async def list_samples(
    session: AsyncSession, member: Member, series_id: UUID, cursor: int | None, limit: int
) -> tuple[list[QuarantinedSample], str | None]:
    """One page of a series' samples in the order of their arrival, and the next cursor. Raises SeriesNotFound."""
    series, sample = QuarantinedSeries, QuarantinedSample
    found = await session.execute(select(series.id).where(*mine(member, series), series.id == series_id))
    if found.first() is None:
        raise SeriesNotFound(NO_SUCH_SERIES)
    query = select(sample).where(*mine(member, sample), sample.series_id == series_id)
    if cursor is not None:
        query = query.where(sample.position > cursor)
    rows = list((await session.execute(query.order_by(sample.position).limit(limit + 1))).scalars())
    return rows[:limit], str(rows[limit - 1].position) if len(rows) > limit else None
