"""Record samples: store what is new, settle what is not, and evaluate what changed; a handful of statements in all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.ids import new_id

from ..definitions.domain import OnConflict
from ..evaluation import commands as evaluation
from ..evaluation import queries as tracks
from ..evaluation.queries import Tracked
from ..formulas import commands as formulas
from ..formulas import queries as formula_queries
from ..series import store
from ..series.models import Correction
from . import domain
from .columns import CODES, Columns, Settled

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Sample:
    kpi_id: UUID
    at: datetime
    value: float
    correction: bool


async def record_columns(
    session: AsyncSession,
    partnership_id: UUID,
    principal: str,
    columns: Columns,
    *,
    computed_because: str | None = None,
) -> Settled:
    """Store and evaluate samples that came as columns. `computed_because`: by formulas, for this reason."""
    order = range(len(columns)) if columns.order is None else columns.order.tolist()
    samples: dict[int, _Sample] = {}
    place = 0
    for kpi_id, count in zip(columns.kpi_ids, columns.counts.tolist(), strict=True):
        for n in range(place, place + count):
            at = _EPOCH + timedelta(microseconds=int(columns.times[n]))
            correction = columns.corrections is not None and bool(columns.corrections[n])
            samples[order[n]] = _Sample(kpi_id, at, float(columns.values[n]), correction)
        place += count
    in_order = [samples[n] for n in range(len(samples))]
    settlement = await record_samples(session, partnership_id, principal, in_order, computed_because=computed_because)
    return Settled(np.array([CODES.index(each) for each in settlement.outcomes], dtype=np.int8), settlement.faults)


async def record_samples(
    session: AsyncSession,
    partnership_id: UUID,
    principal: str,
    samples: Sequence[domain.Sample],
    *,
    computed_because: str | None = None,
) -> domain.Settlement:
    """Store and evaluate samples.

    The KPIs' tracks are locked first, so that what is decided here still holds when it is written.
    """
    tracked = await tracks.lock(session, partnership_id, _kpis(samples))
    known, correcting = _known(tracked), _correcting(tracked)
    derived = await formula_queries.load_derived(session, partnership_id, known) if computed_because is None else set()
    before = await store.put(session, partnership_id, domain.candidates(samples, known, derived))
    settlement = domain.settle(samples, known, before, correcting, derived)
    if settlement.replacements:
        await _correct(session, partnership_id, principal, settlement)
    changes = _changes(settlement, computed_because)
    changed = [each for each in tracked if each.kpi.id in changes]
    if changed:
        await evaluation.evaluate(session, partnership_id, changed, changes)
        since = {kpi_id: change.since for kpi_id, change in changes.items()}
        until = {kpi_id: change.points[-1][0] for kpi_id, change in changes.items()}
        await formulas.mark_changed(session, partnership_id, since, until)
    return settlement


async def try_samples(
    session: AsyncSession, partnership_id: UUID, samples: Sequence[domain.Sample]
) -> domain.Settlement:
    """What recording these samples would come to; nothing is stored."""
    tracked = await tracks.read(session, partnership_id, _kpis(samples))
    known = _known(tracked)
    derived = await formula_queries.load_derived(session, partnership_id, known)
    before = await store.present(session, partnership_id, domain.candidates(samples, known, derived))
    return domain.settle(samples, known, before, _correcting(tracked), derived)


def _kpis(samples: Sequence[domain.Sample]) -> set[UUID]:
    return {sample.kpi_id for sample in samples}


def _known(tracked: Sequence[Tracked]) -> frozenset[UUID]:
    return frozenset(each.kpi.id for each in tracked)


def _correcting(tracked: Sequence[Tracked]) -> frozenset[UUID]:
    return frozenset(each.kpi.id for each in tracked if each.kpi.on_conflict == OnConflict.CORRECT)


async def _correct(session: AsyncSession, partnership_id: UUID, principal: str, settlement: domain.Settlement) -> None:
    """Write the last value of each corrected sample, and keep what each correction replaced."""
    await store.replace(
        session, partnership_id, {(each.kpi_id, each.at): each.value for each in settlement.replacements}
    )
    rows = [
        {
            "partnership_id": partnership_id,
            "id": new_id(),
            "kpi_id": each.kpi_id,
            "at": each.at,
            "replaced": each.replaced,
            "value": each.value,
            "principal": principal,
        }
        for each in settlement.replacements
    ]
    await session.execute(insert(Correction), rows)


def _changes(settlement: domain.Settlement, computed_because: str | None) -> dict[UUID, evaluation.Change]:
    points: dict[UUID, list[tuple[datetime, float]]] = {}
    for (kpi_id, at), value in settlement.changed.items():
        points.setdefault(kpi_id, []).append((at, value))
    reasons = {
        each.kpi_id: f"The sample of {each.at:%Y-%m-%d %H:%M:%S%z} was corrected to {each.value:g}"
        for each in settlement.replacements
    }
    changes = {}
    for kpi_id, of_kpi in points.items():
        of_kpi.sort()
        late = f"A sample of {of_kpi[0][0]:%Y-%m-%d %H:%M:%S%z} came late"
        changes[kpi_id] = evaluation.Change(of_kpi[0][0], of_kpi, computed_because or reasons.get(kpi_id, late))
    return changes
