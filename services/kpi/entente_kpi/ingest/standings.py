"""Where the KPIs stand that samples arrive for, under the lock of their tracks.

A process remembers where KPIs stood when it last wrote to them, with the transaction that wrote: the lock tells of which tracks
somebody else has written since, and only those are read.
"""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ..evaluation.domain import State
from ..evaluation.plans import Plans
from ..evaluation.quiet import Standing
from ..progress.domain import Announced
from ..series.moments import EPOCH, to_us

_PLANS = Plans()
_CAPACITY = 20_000
# In one order, so that writers cannot deadlock. A server that was started again may give out transactions' numbers again.
_HOLD = text("""
WITH held AS MATERIALIZED (
  SELECT kpi_id, xmin::text::bigint AS written FROM track
   WHERE partnership_id = :partnership_id AND kpi_id = ANY(CAST(:kpis AS uuid[])) ORDER BY kpi_id FOR UPDATE),
compared AS MATERIALIZED (
  SELECT array_agg(kpi) FILTER (WHERE written IS DISTINCT FROM known OR pg_postmaster_start_time() <> :server) AS changed
    FROM unnest(CAST(:kpis AS uuid[]), CAST(:known AS bigint[])) AS given (kpi, known) LEFT JOIN held ON kpi_id = kpi)
SELECT changed, clock_timestamp() AS read_at, entente_now(:partnership_id) AS present, pg_postmaster_start_time() AS server,
       CAST(CAST(pg_current_xact_id() AS text) AS bigint) % 4294967296 AS writing
  FROM compared
""")
_READ = text("""
SELECT kpi_id, xmin::text::bigint AS written, state, since, until, latest_at, silent, silence_armed, progress_armed,
       progress_published_at, plan_version, contests, kept_from_us,
       EXISTS (SELECT 1 FROM verification AS waiting WHERE waiting.partnership_id = :partnership_id
                  AND waiting.kpi_id = track.kpi_id AND waiting.outcome = 'waiting') AS watched
  FROM track WHERE partnership_id = :partnership_id AND kpi_id = ANY(CAST(:kpis AS uuid[]))
""")


class Known(msgspec.Struct, frozen=True):
    """Where a KPI stands as of the transaction that wrote its track, which is known by its number (32 bits)."""

    written: int
    standing: Standing


class Memory:
    """One per process, for transactions that record samples once and do nothing else: what becomes of a track in one is known."""

    def __init__(self) -> None:
        self.server = EPOCH
        self._known: OrderedDict[tuple[int, int], Known] = OrderedDict()  # by UUIDs as numbers: as keys they are slow

    def of(self, partnership_id: UUID, kpi_ids: Collection[UUID]) -> dict[UUID, Known]:
        known, partnership = self._known, partnership_id.int
        return {kpi_id: known[key] for kpi_id in kpi_ids if (key := (partnership, kpi_id.int)) in known}

    def keep(self, partnership_id: UUID, held: "Held") -> None:
        """Call it after the commit: a number that was not committed may be given out again."""
        if held.server != self.server:
            self._known.clear()
        self.server = held.server
        for kpi_id, known in held.noted.items():
            key = partnership_id.int, kpi_id.int
            self._known[key] = known
            self._known.move_to_end(key)
        while len(self._known) > _CAPACITY:
            self._known.popitem(last=False)


@dataclass(slots=True)
class Held:
    """Locked tracks. `read_at` is Postgres's time, `present` the partnership's; `noted` is what is known after the commit."""

    standings: dict[UUID, Standing]
    read_at: datetime
    present: datetime
    server: datetime
    writing: int
    noted: dict[UUID, Known] = field(default_factory=dict)

    def note(self, kpi_id: UUID, standing: Standing) -> None:
        self.noted[kpi_id] = Known(self.writing, standing)


async def hold(session: AsyncSession, partnership_id: UUID, kpi_ids: Sequence[UUID], memory: Memory) -> Held:
    """Where those of the KPIs stand that are known, their tracks locked until the transaction ends."""
    remembered = memory.of(partnership_id, kpi_ids)
    written = [remembered[kpi_id].written if kpi_id in remembered else -1 for kpi_id in kpi_ids]
    where = {"partnership_id": partnership_id, "kpis": list(kpi_ids)}
    row = (await session.execute(_HOLD, {**where, "known": written, "server": memory.server})).one()
    held = Held(
        {kpi_id: known.standing for kpi_id, known in remembered.items()},
        row.read_at, row.present, row.server, row.writing,
    )  # fmt: skip
    if row.changed:
        for kpi_id in row.changed:
            held.standings.pop(kpi_id, None)
        held.noted = await _read(session, partnership_id, row.changed)
        held.standings |= {kpi_id: known.standing for kpi_id, known in held.noted.items()}
    return held


async def look(session: AsyncSession, partnership_id: UUID, kpi_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Where KPIs stand at this moment; nothing is locked."""
    found = await _read(session, partnership_id, kpi_ids)
    return {kpi_id: known.standing for kpi_id, known in found.items()}


async def _read(session: AsyncSession, partnership_id: UUID, kpi_ids: Collection[UUID]) -> dict[UUID, Known]:
    rows = (await session.execute(_READ, {"partnership_id": partnership_id, "kpis": list(kpi_ids)})).all()
    plans = await _PLANS.of(session, partnership_id, {row.kpi_id: row.plan_version for row in rows})
    return {
        row.kpi_id: Known(
            row.written,
            Standing(
                state=State(row.state),
                since=to_us(row.since),
                until=to_us(row.until),
                latest_at=None if row.latest_at is None else to_us(row.latest_at),
                silent=row.silent,
                silence_armed=row.silence_armed,
                watched=row.watched,
                contested=row.contests > 0,
                kept_from=row.kept_from_us,
                progress=Announced(row.progress_armed, row.progress_published_at),
                plan=plans[row.kpi_id],
            ),
        )
        for row in rows
    }
