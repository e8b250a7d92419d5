"""Record samples: decide on each, store what is new, and evaluate what that may change; a handful of statements in all."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import numpy as np
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.ids import new_id

from ..definitions.domain import may_push
from ..evaluation import commands as evaluation
from ..evaluation import queries as tracks
from ..evaluation.quiet import Standing, quiet
from ..formulas import commands as formulas
from ..progress import commands as progress
from ..series import rolling, store
from ..series.models import Correction
from ..series.moments import from_us
from . import domain
from .columns import Columns, Settled
from .deciding import Decided, decide
from .sorting import ByPlace, Gathered
from .standings import standing_of

_SEEN = """
UPDATE track SET fresh_samples = fresh_samples + added, fresh_since = coalesce(fresh_since, now()),
       latest_at = coalesce(seen_at, latest_at), latest_value = coalesce(seen_value, latest_value),
       until = greatest(evaluated, until), progress_armed = armed, progress_published_at = coalesce(published, progress_published_at)
  FROM unnest(CAST(:kpis AS uuid[]), CAST(:added AS bigint[]), CAST(:seen_at AS timestamptz[]), CAST(:seen_value AS float8[]),
              CAST(:evaluated AS timestamptz[]), CAST(:armed AS boolean[]), CAST(:published AS timestamptz[]))
    AS given (kpi, added, seen_at, seen_value, evaluated, armed, published)
 WHERE partnership_id = :partnership_id AND kpi_id = kpi
"""


async def record(
    session: AsyncSession,
    partnership_id: UUID,
    requests: Sequence[Columns],
    principals: Sequence[str],
    *,
    computed_because: str | None = None,
) -> list[Settled]:
    """Store and evaluate the samples of requests, as if they had come one after the other; the answer to each request.

    The KPIs' tracks are locked first, so that what is decided here still holds when it is written. `computed_because`:
    the samples were computed by formulas, for this reason.
    """
    gathered = Gathered(requests)
    standings = await standing_of(session, partnership_id, gathered.kpi_ids, lock=True)
    decided = await _decide(session, partnership_id, gathered, standings, pushed=computed_because is None)
    if decided.kpi_ids:
        decided.because = computed_because
        await _store(session, partnership_id, decided, gathered.by_request(principals))
        await _evaluate(session, partnership_id, decided, standings)
        await _derive(session, partnership_id, decided, standings)
    return gathered.settled()


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
    return recorded[0]


async def try_columns(session: AsyncSession, partnership_id: UUID, columns: Columns) -> Settled:
    """What recording these samples would come to; nothing is stored."""
    gathered = Gathered([columns])
    standings = await standing_of(session, partnership_id, gathered.kpi_ids, lock=False)
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
    session: AsyncSession, partnership_id: UUID, decided: Decided, standings: Mapping[UUID, Standing]
) -> None:
    """Note what changes nothing in two statements, and evaluate the rest in full."""
    changed, added = decided.changed, decided.added()
    standing = [standings[kpi_id] for kpi_id in changed.kpi_ids]
    is_quiet = quiet(standing, changed.starts, changed.times, changed.values)
    unquiet = [kpi_id for kpi_id, each in zip(changed.kpi_ids, is_quiet, strict=True) if not each]
    if len(unquiet) < len(changed.kpi_ids):
        await _note_seen(session, partnership_id, decided, standings, is_quiet)
    if unquiet:
        changes = {kpi_id: decided.change(kpi_id) for kpi_id in unquiet}
        tracked = await tracks.lock(session, partnership_id, unquiet)
        for each in tracked:
            each.track.fresh_samples += added.get(each.kpi.id, 0)
            each.track.fresh_since = each.track.fresh_since or each.read_at
        paths = {kpi_id: standings[kpi_id].plan.path for kpi_id in unquiet}
        watched = [kpi_id for kpi_id in unquiet if standings[kpi_id].watched]
        await evaluation.evaluate(session, partnership_id, tracked, changes, paths=paths, watched=watched)


async def _derive(
    session: AsyncSession, partnership_id: UUID, decided: Decided, standings: Mapping[UUID, Standing]
) -> None:
    """Have computed again what is derived from what changed."""
    changed = {kpi_id: part for kpi_id, part in decided.changed.items() if standings[kpi_id].plan.feeds}
    if changed:
        since = {kpi_id: from_us(int(times[0])) for kpi_id, (times, _) in changed.items()}
        until = {kpi_id: from_us(int(times[-1])) for kpi_id, (times, _) in changed.items()}
        await formulas.mark_changed(session, partnership_id, since, until)


async def _note_seen(
    session: AsyncSession,
    partnership_id: UUID,
    decided: Decided,
    standings: Mapping[UUID, Standing],
    is_quiet: Sequence[bool],
) -> None:
    changed, added = decided.changed, decided.added()
    rows, rested = [], False
    for kpi_id, wanted, end in zip(changed.kpi_ids, is_quiet, changed.ends.tolist(), strict=True):
        if not wanted:
            continue
        standing, at, value = standings[kpi_id], from_us(int(changed.times[end - 1])), float(changed.values[end - 1])
        newest = standing.latest_at is None or at >= standing.latest_at
        announced = standing.progress
        if newest:
            announced = progress.note(session, partnership_id, kpi_id, standing.plan.trajectory, (at, value), standing)
            rested |= announced.after_a_rest(standing.progress)
        rows.append(
            (
                kpi_id,
                added.get(kpi_id, 0),
                at if newest else None,
                value if newest else None,
                at if standing.plan.path else None,
                announced.armed,
                announced.published_at,
            )
        )
    names = ("kpis", "added", "seen_at", "seen_value", "evaluated", "armed", "published")
    columns = dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))
    await session.execute(text(_SEEN), {"partnership_id": partnership_id, **columns})
    if rested:
        await progress.wake_health(session, partnership_id, rows[0][0], standings[rows[0][0]].progress.read_at)
