"""Where samples are kept. Nothing else reads or writes the table, so that its form may change.

Callers hold the tracks of the KPIs that they write to; so between two statements nobody else changes those series.
Bulk goes by `unnest`: one statement, whatever the number of samples.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

Key = tuple[UUID, datetime]
Point = tuple[datetime, float]
INSTANT = timedelta(microseconds=1)  # the resolution of stored times

_KEYS = "SELECT * FROM unnest(CAST(:kpis AS uuid[]), CAST(:times AS timestamptz[])) AS given (kpi_id, at)"
_ROWS = """
SELECT * FROM unnest(CAST(:kpis AS uuid[]), CAST(:times AS timestamptz[]), CAST(:values AS float8[]))
    AS given (kpi_id, at, value)
"""
_PRESENT = f"""
SELECT sample.kpi_id, sample.at, sample.value FROM sample JOIN ({_KEYS}) AS given USING (kpi_id, at)
 WHERE sample.partnership_id = :partnership_id
"""  # noqa: S608 - constants
_PUT = f"""
WITH given AS ({_ROWS}), added AS (
  INSERT INTO sample (partnership_id, kpi_id, at, value)
  SELECT :partnership_id, kpi_id, at, value FROM given ON CONFLICT DO NOTHING
)
SELECT sample.kpi_id, sample.at, sample.value FROM sample JOIN given USING (kpi_id, at)
 WHERE sample.partnership_id = :partnership_id
"""  # noqa: S608 - constants
_REPLACE = f"""
UPDATE sample SET value = given.value FROM ({_ROWS}) AS given
 WHERE sample.partnership_id = :partnership_id AND sample.kpi_id = given.kpi_id AND sample.at = given.at
"""  # noqa: S608 - constants
_SINCE = f"""
SELECT sample.kpi_id, sample.at, sample.value FROM ({_KEYS}) AS given
  JOIN sample ON sample.partnership_id = :partnership_id AND sample.kpi_id = given.kpi_id AND sample.at >= given.at
 ORDER BY sample.kpi_id, sample.at
"""  # noqa: S608 - constants
_RANGE = """
SELECT at, value FROM sample
 WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id AND at >= :since AND at < :until
 ORDER BY at LIMIT :limit
"""
_LATEST = """
SELECT at, value FROM sample WHERE partnership_id = :partnership_id AND kpi_id = :kpi_id AND at <= :at
 ORDER BY at DESC LIMIT 1
"""


async def put(session: AsyncSession, partnership_id: UUID, values: Mapping[Key, float]) -> dict[Key, float]:
    """Store the samples whose identity is new; returns those that were there already, with the values that they have.

    The outer SELECT sees what was there when the statement began, which is before its INSERT.
    """
    return _keyed(await _execute(session, _PUT, partnership_id, values, values.values())) if values else {}


async def present(session: AsyncSession, partnership_id: UUID, keys: Collection[Key]) -> dict[Key, float]:
    return _keyed(await _execute(session, _PRESENT, partnership_id, keys)) if keys else {}


async def replace(session: AsyncSession, partnership_id: UUID, values: Mapping[Key, float]) -> None:
    """Give samples that are there other values."""
    parameters = {**_columns(values), "values": list(values.values()), "partnership_id": partnership_id}
    await session.execute(text(_REPLACE), parameters)


async def read_since(
    session: AsyncSession, partnership_id: UUID, since: Mapping[UUID, datetime]
) -> dict[UUID, list[Point]]:
    """Of each KPI the samples at its moment and later, by rising time."""
    found: dict[UUID, list[Point]] = {kpi_id: [] for kpi_id in since}
    for kpi_id, at, value in await _execute(session, _SINCE, partnership_id, since.items()):
        found[kpi_id].append((at, value))
    return found


async def read_range(
    session: AsyncSession, partnership_id: UUID, kpi_id: UUID, *, since: datetime, until: datetime, limit: int
) -> list[Point]:
    """At most `limit` samples with `since <= at < until`, by rising time."""
    parameters = {"partnership_id": partnership_id, "kpi_id": kpi_id, "since": since, "until": until, "limit": limit}
    return [(at, value) for at, value in await session.execute(text(_RANGE), parameters)]


async def latest(session: AsyncSession, partnership_id: UUID, kpi_id: UUID, at: datetime) -> Point | None:
    """The last sample at or before a moment."""
    found = await session.execute(text(_LATEST), {"partnership_id": partnership_id, "kpi_id": kpi_id, "at": at})
    row = found.first()
    return (row.at, row.value) if row else None


async def _execute(
    session: AsyncSession,
    statement: str,
    partnership_id: UUID,
    keys: Collection[Key],
    values: Collection[float] | None = None,
) -> Sequence[Row[UUID, datetime, float]]:
    parameters = {**_columns(keys), "partnership_id": partnership_id}
    if values is not None:
        parameters["values"] = list(values)
    return (await session.execute(text(statement), parameters)).all()


def _columns(keys: Collection[Key]) -> dict[str, Any]:
    return {"kpis": [kpi_id for kpi_id, _ in keys], "times": [at for _, at in keys]}


def _keyed(rows: Sequence[Row[UUID, datetime, float]]) -> dict[Key, float]:
    return {(kpi_id, at): value for kpi_id, at, value in rows}
