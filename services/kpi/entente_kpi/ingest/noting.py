"""What samples that change nothing leave behind on the tracks of their KPIs, and in the process's memory of them."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ..evaluation.quiet import Standing, quiet
from ..progress import commands as progress
from ..progress.domain import Announced
from ..series.moments import from_us
from .deciding import Decided
from .overlap import meanwhile
from .standings import Held

_SEEN = text("""
UPDATE track SET fresh_samples = fresh_samples + added, fresh_since = coalesce(fresh_since, now()),
       latest_at = CASE WHEN newest THEN moment ELSE latest_at END, latest_value = CASE WHEN newest THEN value ELSE latest_value END,
       until = CASE WHEN judged THEN greatest(moment, until) ELSE until END,
       progress_armed = armed, progress_published_at = coalesce(published, progress_published_at)
  FROM (SELECT *, timestamptz 'epoch' + at_us * interval '1 microsecond' AS moment
          FROM unnest(CAST(:kpis AS uuid[]), CAST(:added AS bigint[]), CAST(:at_us AS bigint[]), CAST(:value AS float8[]),
                      CAST(:newest AS boolean[]), CAST(:judged AS boolean[]), CAST(:armed AS boolean[]), CAST(:published AS timestamptz[]))
            AS given (kpi, added, at_us, value, newest, judged, armed, published)) AS seen
 WHERE partnership_id = :partnership_id AND kpi_id = kpi
""")


class _Seen(NamedTuple):
    """The last of the samples of a KPI that changed nothing, and whether it is the `newest` of all."""

    kpi_id: UUID
    at: int
    value: float
    newest: bool
    before: Standing
    announced: Announced


def divide(session: AsyncSession, partnership_id: UUID, decided: Decided, held: Held) -> tuple[list[UUID], list[_Seen]]:
    """The KPIs that are to be evaluated in full, and what is to be noted of the others, whose progress is published."""
    changed = decided.changed
    standings = [held.standings[kpi_id] for kpi_id in changed.kpi_ids]
    is_quiet = quiet(standings, held.present, changed.starts, changed.times, changed.values)
    unquiet, seen = [], []
    last = changed.ends - 1
    lasts = zip(changed.times[last].tolist(), changed.values[last].tolist(), strict=True)
    for kpi_id, before, keeps, (at, value) in zip(changed.kpi_ids, standings, is_quiet, lasts, strict=True):
        if not keeps:
            unquiet.append(kpi_id)
            continue
        newest, announced = before.latest_at is None or at >= before.latest_at, before.progress
        if newest:
            announced = progress.note(session, partnership_id, kpi_id, before, (from_us(at), value), held.read_at)
        seen.append(_Seen(kpi_id, at, value, newest, before, announced))
    return unquiet, seen


async def note_seen(
    session: AsyncSession, partnership_id: UUID, seen: list[_Seen], added: Mapping[UUID, int], held: Held
) -> None:
    """Note them on the tracks, and in what the process remembers after the commit."""
    columns = {
        "kpis": [each.kpi_id for each in seen],
        "added": [added.get(each.kpi_id, 0) for each in seen],
        "at_us": [each.at for each in seen],
        "value": [each.value for each in seen],
        "newest": [each.newest for each in seen],
        "judged": [bool(each.before.plan.path) for each in seen],
        "armed": [each.announced.armed for each in seen],
        "published": [None if each.announced is each.before.progress else each.announced.published_at for each in seen],
    }
    noting = session.execute(_SEEN, {"partnership_id": partnership_id, **columns})
    _, rested = await meanwhile(noting, lambda: [each.kpi_id for each in seen if _remember(held, each)])
    if rested:
        await progress.wake_health(session, partnership_id, rested[-1], held.read_at)


def _remember(held: Held, seen: _Seen) -> bool:
    """Whether its progress is published after a rest."""
    held.note(seen.kpi_id, seen.before.after(seen.at, seen.announced))
    return seen.announced.after_a_rest(seen.before.progress, held.read_at)
