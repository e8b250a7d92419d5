"""What samples that change nothing leave behind on the tracks of their KPIs, and in the process's memory of them."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ..evaluation.quiet import quiet
from ..progress import commands as progress
from ..progress.domain import Announced
from ..series.moments import from_us
from .deciding import Decided
from .standings import Held

_SEEN = text("""
UPDATE track SET fresh_samples = fresh_samples + added, fresh_since = coalesce(fresh_since, now()),
       latest_at = coalesce(seen_at, latest_at), latest_value = coalesce(seen_value, latest_value),
       until = greatest(evaluated, until), progress_armed = armed, progress_published_at = coalesce(published, progress_published_at)
  FROM unnest(CAST(:kpis AS uuid[]), CAST(:added AS bigint[]), CAST(:seen_at AS timestamptz[]), CAST(:seen_value AS float8[]),
              CAST(:evaluated AS timestamptz[]), CAST(:armed AS boolean[]), CAST(:published AS timestamptz[]))
    AS given (kpi, added, seen_at, seen_value, evaluated, armed, published)
 WHERE partnership_id = :partnership_id AND kpi_id = kpi
""")


class _Seen(NamedTuple):
    """What is noted of a track, as `_SEEN` takes it."""

    kpi_id: UUID
    added: int
    at: datetime | None
    value: float | None
    evaluated: datetime | None
    armed: bool
    published_at: datetime | None


_COLUMNS = ("kpis", "added", "seen_at", "seen_value", "evaluated", "armed", "published")
Answer = TypeVar("Answer")
Result = TypeVar("Result")


async def meanwhile(asked: Coroutine[Any, Any, Answer], work: Callable[[], Result]) -> tuple[Answer, Result]:
    """Work while PostgreSQL does."""
    asking = asyncio.create_task(asked)
    try:
        await asyncio.sleep(0)  # so that it is sent
        done = work()
    finally:
        answer = await asking
    return answer, done


def divide(session: AsyncSession, partnership_id: UUID, decided: Decided, held: Held) -> tuple[list[UUID], list[_Seen]]:
    """The KPIs that are to be evaluated in full, and what is to be noted of the others, whose progress is published."""
    changed, added = decided.changed, decided.added()
    standings = [held.standings[kpi_id] for kpi_id in changed.kpi_ids]
    is_quiet = quiet(standings, held.present, changed.starts, changed.times, changed.values)
    unquiet, seen = [], []
    last = changed.ends - 1
    lasts = zip(changed.times[last].tolist(), changed.values[last].tolist(), strict=True)
    for kpi_id, before, keeps, (at_us, value) in zip(changed.kpi_ids, standings, is_quiet, lasts, strict=True):
        if not keeps:
            unquiet.append(kpi_id)
            continue
        at, samples, announced = from_us(at_us), added.get(kpi_id, 0), before.progress
        evaluated = at if before.plan.path else None
        newer = before.latest_at is None or at >= before.latest_at
        if newer:
            announced = progress.note(session, partnership_id, kpi_id, before, (at, value), held.read_at)
        newest = (at, value) if newer else (None, None)
        seen.append(_Seen(kpi_id, samples, newest[0], newest[1], evaluated, announced.armed, announced.published_at))
    return unquiet, seen


async def note_seen(session: AsyncSession, partnership_id: UUID, seen: list[_Seen], held: Held) -> None:
    columns = dict(zip(_COLUMNS, map(list, zip(*seen, strict=True)), strict=True))
    noting = session.execute(_SEEN, {"partnership_id": partnership_id, **columns})
    _, rested = await meanwhile(noting, lambda: [each.kpi_id for each in seen if _remember(held, each)])
    if rested:
        await progress.wake_health(session, partnership_id, rested[-1], held.read_at)


def _remember(held: Held, seen: _Seen) -> bool:
    """Whether its progress is published after a rest."""
    before, announced = held.standings[seen.kpi_id], Announced(seen.armed, seen.published_at)
    held.note(seen.kpi_id, before.after(seen.at, seen.evaluated, announced))
    return announced.after_a_rest(before.progress, held.read_at)
