"""Deliver foreign series: to the KPIs that the mapping rules name, the rest to quarantine."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.web import Member

from ..ingest import commands as ingest
from ..ingest.columns import CODES, Columns, Settled
from ..ingest.domain import Fault, Outcome
from ..mappings import queries as mappings
from ..mappings.domain import Ruleset, Verdict
from ..quarantine import commands as quarantine
from ..quarantine.domain import Reason, digest
from .domain import QUARANTINE_FULL, ForeignSeries, Reading, micros, moment_of, screen
from .models import CounterStart

_REASONS = {Verdict.UNMATCHED: Reason.UNMATCHED, Verdict.AMBIGUOUS: Reason.AMBIGUOUS}


@dataclass(slots=True)
class Delivered:
    """How many samples met which end, and why those at some places were refused (conflicts among them)."""

    counts: dict[Outcome, int] = field(default_factory=dict)
    quarantined: int = 0
    faults: dict[int, Fault] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A series and where it goes: its KPI gets `value * scale + offset`."""

    series: ForeignSeries
    kpi_id: UUID
    scale: float = 1.0
    offset: float = 0.0


async def deliver(session: AsyncSession, member: Member, reading: Reading) -> Delivered:
    """Record what is mapped, quarantine what is not. Nothing is left out: each sample is counted or among the faults."""
    if reading.undated:
        reading.date(micros((await session.execute(select(func.now()))).scalar_one()))
    reading = screen(reading)
    delivered = Delivered(faults=dict(reading.faults))
    mapped, unmapped = route(await _rules(session, member, reading), reading.series)
    if mapped:
        _count(await record(session, member, mapped), mapped, delivered)
    if unmapped:
        full = await quarantine.keep(session, member, unmapped)
        delivered.faults.update(dict.fromkeys(full, QUARANTINE_FULL))
        delivered.quarantined = sum(len(series.times) for series, _ in unmapped) - len(full)
    return delivered


async def _rules(session: AsyncSession, member: Member, reading: Reading) -> Ruleset:
    if all(each.kpi_id is not None for each in reading.series):
        return Ruleset(())
    return await mappings.ruleset(session, member.partnership_id)


def route(rules: Ruleset, series: Sequence[ForeignSeries]) -> tuple[list[Mapped], list[tuple[ForeignSeries, Reason]]]:
    """What goes where, and what goes to quarantine."""
    mapped, unmapped = [], []
    for each in series:
        if each.kpi_id is not None:
            mapped.append(Mapped(each, each.kpi_id))
            continue
        match = rules.match(each.name, each.labels)
        if match.rule is not None:
            mapped.append(Mapped(each, match.rule.kpi_id, match.rule.scale, match.rule.offset))
        else:
            unmapped.append((each, _REASONS[match.verdict]))
    return mapped, unmapped


@dataclass(frozen=True, slots=True)
class Plain:
    """A request whose samples all have a KPI and need nothing else: `columns` may be recorded together with others'."""

    columns: Columns
    delivered: Delivered
    mapped: Sequence[Mapped]

    def settle(self, settled: Settled) -> Delivered:
        """What became of the whole request."""
        _count(settled, self.mapped, self.delivered)
        return self.delivered


def plain(rules: Ruleset, reading: Reading, now: datetime) -> Plain | None:
    """None where something is to be written besides samples: quarantine, or the start of a counter."""
    if reading.undated:
        reading.date(micros(now))
    reading = screen(reading)
    mapped, unmapped = route(rules, reading.series)
    if unmapped or not mapped or any(each.series.started_at is not None for each in mapped):
        return None
    places = np.concatenate([each.series.places for each in mapped])
    return Plain(_columns(mapped, places), Delivered(faults=dict(reading.faults)), mapped)


async def record(session: AsyncSession, member: Member, mapped: Sequence[Mapped]) -> Settled:
    """Record what is mapped. Outcomes and faults are by the samples' rank among the places."""
    columns = _columns(mapped, np.concatenate([each.series.places for each in mapped]))
    settled = await ingest.record_columns(session, member.partnership_id, member.caller.principal, columns)
    await _note_starts(session, member.partnership_id, mapped)
    return settled


def _count(settled: Settled, mapped: Sequence[Mapped], delivered: Delivered) -> None:
    delivered.counts = {outcome: settled.count(outcome) for outcome in CODES}
    in_order = np.sort(np.concatenate([each.series.places for each in mapped]))
    delivered.faults.update({int(in_order[index]): fault for index, fault in settled.faults.items()})


def _columns(mapped: Sequence[Mapped], places: NDArray[np.int64]) -> Columns:
    order = None if bool((np.diff(places) > 0).all()) else np.argsort(np.argsort(places))
    corrections = None
    if any(each.series.corrections is not None for each in mapped):
        corrections = np.concatenate([_corrections(each.series) for each in mapped])
    return Columns(
        [each.kpi_id for each in mapped],
        np.array([len(each.series.times) for each in mapped], np.int64),
        np.concatenate([each.series.times for each in mapped]),
        np.concatenate([each.series.values * each.scale + each.offset for each in mapped]),
        corrections,
        order,
    )


def _corrections(series: ForeignSeries) -> NDArray[np.bool_]:
    return np.zeros(len(series.times), np.bool_) if series.corrections is None else series.corrections


async def _note_starts(session: AsyncSession, partnership_id: UUID, mapped: Sequence[Mapped]) -> None:
    rows = {
        (each.kpi_id, each.series.started_at, digest(each.series.name, each.series.labels)): each
        for each in mapped
        if each.series.started_at is not None
    }
    values = [
        {
            "partnership_id": partnership_id, "kpi_id": kpi_id, "started_at": moment_of(started_at or 0), "digest": key,
            "name": each.series.name, "labels": dict(each.series.labels),
        }
        for (kpi_id, started_at, key), each in sorted(rows.items(), key=lambda item: (item[0][0].bytes, *item[0][1:]))
    ]  # fmt: skip
    if values:
        await session.execute(insert(CounterStart).on_conflict_do_nothing(), values)
