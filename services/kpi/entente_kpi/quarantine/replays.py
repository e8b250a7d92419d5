"""Replay quarantined samples: through normal ingest, and out of quarantine in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Row, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.web import Member

from ..ingest.columns import CODES, Settled
from ..ingest.domain import Outcome
from ..mappings import queries as mappings
from ..mappings.domain import Rule
from ..sources import commands as sources
from ..sources.domain import ForeignSeries, micros
from . import commands, domain, queries, store
from .models import QuarantinedSample, QuarantinedSeries

_SAME = "sample.partnership_id = :partnership_id AND sample.series_id = given.series_id AND sample.at = given.at"
_GIVEN = "unnest(CAST(:series AS uuid[]), CAST(:times AS timestamptz[]), CAST(:values AS float8[]))"
_REMOVE = f"""
DELETE FROM quarantined_sample AS sample USING {_GIVEN} AS given (series_id, at, value)
 WHERE {_SAME} AND sample.value = given.value RETURNING 1
"""  # noqa: S608 - constants
_REFUSE = f"""
UPDATE quarantined_sample AS sample SET refused = given.reason
  FROM ROWS FROM ({_GIVEN}, unnest(CAST(:reasons AS text[]))) AS given (series_id, at, value, reason)
 WHERE {_SAME} AND sample.value = given.value
"""  # noqa: S608 - constants
Waiting = Row[UUID, datetime, float, bool, datetime | None]
"""Series, time, value, whether it corrects, when its counting began."""

_TAKEN = (Outcome.STORED, Outcome.UNCHANGED, Outcome.CORRECTED)


@dataclass(slots=True)
class Replayed:
    """What became of the samples of one series."""

    series_id: UUID
    name: str
    labels: dict[str, str]
    kpi_id: UUID
    outcomes: dict[Outcome, int]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """`remaining` samples are mapped too and wait for the next replay."""

    items: list[Replayed]
    remaining: int


async def replay(session: AsyncSession, member: Member, series_ids: Sequence[UUID] | None) -> Replay:
    """Send samples of mapped series (None: of all) to their KPIs in the order in which they came; at most
    REPLAYED_AT_ONCE. What a KPI refuses stays, with the reason.
    """
    await store.take_turns(session, member.partnership_id, member.organisation_id)
    rules = await _mapped(session, member, series_ids)
    samples = await _waiting(session, member, list(rules))
    if not samples:
        return Replay([], 0)
    settled = await sources.record(session, member, _mapped_series(rules, samples))
    await store.lock_holder(session, member.partnership_id, member.organisation_id)
    await _remove(session, member, list(rules), [row for row, code in _told(samples, settled) if CODES[code] in _TAKEN])
    await _keep_refused(session, member, [(samples[n], fault.reason) for n, fault in settled.faults.items()])
    return Replay(_items(rules, samples, settled), await _remaining(session, member, list(rules)))


async def _mapped(
    session: AsyncSession, member: Member, series_ids: Sequence[UUID] | None
) -> dict[UUID, tuple[QuarantinedSeries, Rule]]:
    found = select(QuarantinedSeries).where(*queries.mine(member, QuarantinedSeries))
    if series_ids is not None:
        found = found.where(QuarantinedSeries.id.in_(series_ids))
    ruleset = await mappings.ruleset(session, member.partnership_id)
    rules = {}
    for each in (await session.execute(found)).scalars():
        rule = ruleset.match(each.name, tuple(sorted(each.labels.items()))).rule
        if rule is not None:
            rules[each.id] = (each, rule)
    return rules


async def _waiting(session: AsyncSession, member: Member, series_ids: list[UUID]) -> Sequence[Waiting]:
    """Those that were refused before come last, so that they do not hold up the others."""
    sample = QuarantinedSample
    query = (
        select(sample.series_id, sample.at, sample.value, sample.correction, sample.started_at)
        .where(*queries.mine(member, sample), sample.series_id.in_(series_ids))
        .order_by(sample.refused.is_not(None), sample.position)
        .limit(domain.REPLAYED_AT_ONCE)
    )
    return (await session.execute(query)).all()


def _mapped_series(
    rules: dict[UUID, tuple[QuarantinedSeries, Rule]], samples: Sequence[Waiting]
) -> list[sources.Mapped]:
    places: dict[tuple[UUID, datetime | None], list[int]] = {}
    for place, row in enumerate(samples):
        places.setdefault((row.series_id, row.started_at), []).append(place)
    return [_mapped_one(*rules[key[0]], [samples[n] for n in found], found) for key, found in places.items()]


def _mapped_one(series: QuarantinedSeries, rule: Rule, rows: Sequence[Waiting], places: list[int]) -> sources.Mapped:
    foreign = ForeignSeries(
        series.name,
        tuple(sorted(series.labels.items())),
        np.array([micros(row.at) for row in rows], np.int64),
        np.array([row.value for row in rows], np.float64),
        np.array(places, np.int64),
        corrections=np.array([row.correction for row in rows], np.bool_),
        started_at=None if rows[0].started_at is None else micros(rows[0].started_at),
    )
    return sources.Mapped(foreign, rule.kpi_id, rule.scale, rule.offset)


def _told(samples: Sequence[Waiting], settled: Settled) -> list[tuple[Waiting, int]]:
    return list(zip(samples, settled.outcomes.tolist(), strict=True))


def _items(
    rules: dict[UUID, tuple[QuarantinedSeries, Rule]], samples: Sequence[Waiting], settled: Settled
) -> list[Replayed]:
    items: dict[UUID, Replayed] = {}
    for row, code in _told(samples, settled):
        series, rule = rules[row.series_id]
        item = items.setdefault(row.series_id, Replayed(series.id, series.name, series.labels, rule.kpi_id, {}))
        item.outcomes[CODES[code]] = item.outcomes.get(CODES[code], 0) + 1
    for index, fault in settled.faults.items():
        items[samples[index].series_id].reason = fault.reason
    return list(items.values())


async def _remove(session: AsyncSession, member: Member, series_ids: list[UUID], taken: Sequence[Waiting]) -> None:
    removed = await session.execute(text(_REMOVE), {**_keys(taken), "partnership_id": member.partnership_id})
    await commands.remove_empty(session, member, series_ids, samples=len(removed.all()))


async def _keep_refused(session: AsyncSession, member: Member, refused: Sequence[tuple[Waiting, str]]) -> None:
    if not refused:
        return
    rows = [row for row, _ in refused]
    reasons = [reason for _, reason in refused]
    await session.execute(text(_REFUSE), {**_keys(rows), "reasons": reasons, "partnership_id": member.partnership_id})
    await session.execute(
        update(QuarantinedSeries)
        .where(
            QuarantinedSeries.partnership_id == member.partnership_id,
            QuarantinedSeries.id.in_({row.series_id for row in rows}),
        )
        .values(reason=domain.Reason.REFUSED)
    )


def _keys(rows: Sequence[Waiting]) -> dict[str, Any]:
    return {
        "series": [row.series_id for row in rows],
        "times": [row.at for row in rows],
        "values": [row.value for row in rows],
    }


async def _remaining(session: AsyncSession, member: Member, series_ids: list[UUID]) -> int:
    query = (
        select(func.count())
        .select_from(QuarantinedSample)
        .where(
            QuarantinedSample.partnership_id == member.partnership_id,
            QuarantinedSample.series_id.in_(series_ids),
            QuarantinedSample.refused.is_(None),
        )
    )
    return (await session.execute(query)).scalar_one()
