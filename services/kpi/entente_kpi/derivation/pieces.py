"""The samples that one piece of a derived KPI is computed from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_

from ..formulas.compiling import MOST_IN_WINDOW
from ..formulas.domain.errors import InvalidFormula
from ..formulas.domain.evaluation import Column
from ..ingest.domain import EARLIEST, LATEST
from ..series import store
from ..series.store import INSTANT, Point
from .domain import Span

SIZE = 4_000  # samples in all that are read ahead for a piece
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Samples = tuple[NDArray[np.int64], NDArray[np.float64]]


@dataclass(slots=True)
class Piece:
    """`times` are to be computed: since <= t < until (None: to the end). `inputs` reach back as far as windows do.

    `ended`: nothing of the span is left behind it.
    """

    since: datetime
    until: datetime | None
    times: NDArray[np.int64]
    inputs: Mapping[UUID, Samples]
    stored: Samples
    ended: bool
    column: Column = field(default_factory=lambda: Column(np.zeros(0), np.zeros(0, np.int8)))

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which of the times have a stored value."""
        return np.isin(self.times, self.stored[0], assume_unique=True)

    @property
    def fresh(self) -> NDArray[np.bool_]:
        """Which of the times have a value that is not the stored one."""
        before = np.zeros(len(self.times))
        before[self.present] = self.stored[1]
        found: NDArray[np.bool_] = (self.column.faults == 0) & ~(self.present & (before == self.column.values))
        return found


def moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=int(microseconds))


async def read(
    session: AsyncSession,
    partnership_id: UUID,
    kpi_id: UUID,
    inputs: Collection[UUID],
    widest: Mapping[UUID, timedelta],
    span: Span,
) -> Piece:
    """The beginning of a span, of a size that fits. Raises InvalidFormula where a window holds too many samples.

    The derived KPI's own times are computed too: those that an earlier formula gave it.
    """
    size, since = max(SIZE // (len(inputs) + 1), 100), span.since
    ahead = {
        each: await store.read_range(session, partnership_id, each, since=since, until=span.until or LATEST, limit=size)
        for each in (*inputs, kpi_id)
    }
    ends = [points[-1][0] + INSTANT for points in ahead.values() if len(points) == size]
    until = min(ends, default=span.until)
    samples = {each: _cut(points, until) for each, points in ahead.items()}
    times = np.unique(np.concatenate([times for times, _ in samples.values()]))
    behind = {each: await _behind(session, partnership_id, each, widest.get(each), since) for each in inputs}
    joined = {each: _joined(behind[each], samples[each]) for each in inputs}
    return Piece(since, until, times, joined, samples[kpi_id], ended=not ends)


async def _behind(
    session: AsyncSession, partnership_id: UUID, kpi_id: UUID, width: timedelta | None, since: datetime
) -> Samples:
    """Those that a window may still hold at `since`, or the last one before it."""
    points: list[Point] = []
    if width is not None and since > EARLIEST:
        points = await store.read_range(
            session, partnership_id, kpi_id, since=since - width, until=since, limit=MOST_IN_WINDOW + 1
        )
        if len(points) > MOST_IN_WINDOW:
            raise InvalidFormula(
                N_("A window of {days} days holds more than {most} samples here; make it shorter."),
                days=width.days,
                most=MOST_IN_WINDOW,
            )
    if not points:
        last = await store.latest(session, partnership_id, kpi_id, since - INSTANT)
        points = [last] if last else []
    return _cut(points, None)


def _cut(points: list[Point], until: datetime | None) -> Samples:
    kept = [(at, value) for at, value in points if until is None or at < until]
    times = np.array([(at - _EPOCH) // INSTANT for at, _ in kept], dtype=np.int64)
    return times, np.array([value for _, value in kept], dtype=np.float64)


def _joined(before: Samples, after: Samples) -> Samples:
    return np.concatenate([before[0], after[0]]), np.concatenate([before[1], after[1]])
