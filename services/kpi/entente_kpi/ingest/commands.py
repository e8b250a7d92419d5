"""Record samples: decide on each, store what is new, and evaluate what that may change; a handful of statements in all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.ids import new_id

from ..definitions.domain import may_push
from ..evaluation import commands as evaluation
from ..evaluation import queries as tracks
from ..evaluation.quiet import Standing
from ..formulas import commands as formulas
from ..series import rolling, store
from ..series.models import Correction
from ..series.moments import from_us
from . import domain
from .columns import Columns, Settled
from .deciding import Decided, decide
from .noting import divide, note_seen
from .overlap import meanwhile
from .sorting import ByPlace, Gathered
from .standings import Held, Memory, hold, look


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer to each request, and the tracks as they are after the commit."""

    settled: list[Settled]
    held: Held


async def record(
    session: AsyncSession,
    partnership_id: UUID,
    requests: Sequence[Columns],
    principals: Sequence[str],
    *,
    memory: Memory | None = None,
    computed_because: str | None = None,
) -> Recorded:
    """Store and evaluate the samples of requests, as if they had come one after the other.

    The KPIs' tracks are locked first, so that what is decided here still holds when it is written. `memory` is for a
    transaction that does nothing else. `computed_because`: the samples were computed by formulas, for this reason.
    """
    gathered = Gathered(requests)
    held, _ = await meanwhile(
        hold(session, partnership_id, gathered.kpi_ids, memory or Memory()), lambda: gathered.arranged
    )
    decided = await _decide(session, partnership_id, gathered, held.standings, pushed=computed_because is None)
    if decided.kpi_ids:
        decided.because = computed_because
        _, (unquiet, seen) = await meanwhile(
            _store(session, partnership_id, decided, gathered.by_request(principals)),
            lambda: divide(session, partnership_id, decided, held),
        )
        if seen:
            await note_seen(session, partnership_id, seen, decided.added(), held)
        if unquiet:
            await _evaluate(session, partnership_id, decided, held, unquiet)
        await _derive(session, partnership_id, decided, held.standings)
    return Recorded(gathered.settled(), held)


async def record_columns(
    session: AsyncSession,
    partnership_id: UUID,
    principal: str,
    columns: Columns,
    *,
    computed_because: str | None = None,
) -> Settled:
    """Store and evaluate the samples of one request."""
    recorded = await record(session, partnership_id, [columns], [principal], computed_because=computed_because)
    return recorded.settled[0]


async def try_columns(session: AsyncSession, partnership_id: UUID, columns: Columns) -> Settled:
    """What recording these samples would come to; nothing is stored."""
    gathered = Gathered([columns])
    standings = await look(session, partnership_id, gathered.kpi_ids)
    await _decide(session, partnership_id, gathered, standings, pushed=True)
    return gathered.settled()[0]


async def _decide(
    session: AsyncSession, partnership_id: UUID, gathered: Gathered, standings: Mapping[UUID, Standing], *, pushed: bool
) -> Decided:
    closed = _closed(session, gathered, standings)
    if pushed:
        closed |= {kpi_id: domain.DERIVED for kpi_id, each in standings.items() if each.plan.derived}
    kept_from = {kpi_id: each.kept_from for kpi_id, each in standings.items() if each.kept_from is not None}
    arrived = gathered.sort(closed, kept_from)
    doubtful = arrived.doubtful({kpi_id: each.latest_at for kpi_id, each in standings.items()})
    stored = await store.values_at(session, partnership_id, doubtful) if doubtful else {}
    correcting = frozenset(kpi_id for kpi_id, each in standings.items() if each.plan.correcting)
    return decide(arrived, stored, correcting, gathered)


def _closed(session: AsyncSession, gathered: Gathered, standings: Mapping[UUID, Standing]) -> dict[UUID, domain.Fault]:
    """The KPIs that the caller may not push to; work without a caller is the service's own."""
    caller = session.info.get("caller")
    organisation_id = caller and caller.organisation_id
    closed = {kpi_id: domain.UNKNOWN_KPI for kpi_id in gathered.kpi_ids if kpi_id not in standings}
    for kpi_id, standing in standings.items():
        if not may_push(standing.plan.sources, organisation_id):
            closed[kpi_id] = domain.NOT_A_SOURCE
    return closed


async def _store(session: AsyncSession, partnership_id: UUID, decided: Decided, principal: ByPlace) -> None:
    new = decided.new
    if len(new):
        await store.append(session, partnership_id, new.kpi_ids, new.starts, new.times, new.values)
    for kpi_id, values in decided.replaced.items():
        if await store.replace(session, partnership_id, kpi_id, values):
            await rolling.roll_up(session, partnership_id, kpi_id, np.array(sorted(values)))
    if decided.corrections:
        rows = [
            {
                "partnership_id": partnership_id,
                "id": new_id(),
                "kpi_id": each.kpi_id,
                "at": from_us(each.at),
                "replaced": each.replaced,
                "value": each.value,
                "principal": principal[each.place],
            }
            for each in decided.corrections
        ]
        await session.execute(insert(Correction), rows)


async def _evaluate(
    session: AsyncSession, partnership_id: UUID, decided: Decided, held: Held, kpi_ids: Sequence[UUID]
) -> None:
    """Evaluate KPIs in full."""
    changes, added = {kpi_id: decided.change(kpi_id) for kpi_id in kpi_ids}, decided.added()
    tracked = await tracks.lock(session, partnership_id, kpi_ids)
    for each in tracked:
        held.noted.pop(each.kpi.id, None)
        each.track.fresh_samples += added.get(each.kpi.id, 0)
        each.track.fresh_since = each.track.fresh_since or each.read_at
    paths = {kpi_id: held.standings[kpi_id].plan.path for kpi_id in kpi_ids}
    watched = [kpi_id for kpi_id in kpi_ids if held.standings[kpi_id].watched]
    await evaluation.evaluate(session, partnership_id, tracked, changes, paths=paths, watched=watched)


async def _derive(
    session: AsyncSession, partnership_id: UUID, decided: Decided, standings: Mapping[UUID, Standing]
) -> None:
    """Have computed again what is derived from what changed."""
    feeding = {kpi_id for kpi_id in decided.kpi_ids if standings[kpi_id].plan.feeds}
    if feeding:
        changed = {kpi_id: part for kpi_id, part in decided.changed.items() if kpi_id in feeding}
        since = {kpi_id: from_us(int(times[0])) for kpi_id, (times, _) in changed.items()}
        until = {kpi_id: from_us(int(times[-1])) for kpi_id, (times, _) in changed.items()}
        await formulas.mark_changed(session, partnership_id, since, until)
