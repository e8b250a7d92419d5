"""The samples that a forecast rests on, and the forecast."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_

from ..evaluation.queries import Tracked
from ..progress import queries as progress
from ..series import store
from ..trajectories.domain import BEGINNING, Trajectory
from . import domain

_DAY = timedelta(days=1)
_FEW = 12
_DENSE = 2000
_WIDTHS = 500  # so many widths of a point at most lie between now and the due date


@dataclass(frozen=True, slots=True)
class Inputs:
    """`points` are samples, or means of them where there are more than a forecast needs; time is counted from the first."""

    points: list[store.Point]
    seed: int


async def forecast(session: AsyncSession, tracked: Tracked, trajectory: Trajectory) -> tuple[Inputs, domain.Forecast]:
    """Computed in a thread of its own, so that the service keeps answering. Raises NoForecast."""
    points = await _load(session, tracked, trajectory.due_at)
    inputs = Inputs(points, seed(tracked.kpi.id, len(points)))
    begin = points[0][0] if points else trajectory.due_at
    days, due = [(at - begin) / _DAY for at, _ in points], (trajectory.due_at - begin) / _DAY
    values = [value for _, value in points]
    found = await asyncio.to_thread(domain.forecast, days, values, due, trajectory.reached, inputs.seed)
    return inputs, found


def seed(kpi_id: UUID, count: int) -> int:
    """Of 32 bits: the first of the SHA-256 of the KPI's id and the number of points, so that anybody can draw again."""
    return int.from_bytes(hashlib.sha256(kpi_id.bytes + count.to_bytes(8)).digest()[:4])


async def _load(session: AsyncSession, tracked: Tracked, due_at: datetime) -> list[store.Point]:
    """Of a stretch that suits how far the due date lies ahead; of a dense series the values at regular moments."""
    kpi, latest_at = tracked.kpi, tracked.track.latest_at
    if latest_at is None:
        return []
    if due_at <= latest_at:
        raise domain.NoForecast(N_("The due date has come; GET .../progress says where the KPI stands."))
    width = max(kpi.cadence, (due_at - latest_at) / _WIDTHS)
    since, until = latest_at - min(domain.MOST * width, latest_at - BEGINNING), latest_at + store.INSTANT
    found = await store.read_range(session, kpi.partnership_id, kpi.id, since=since, until=until, limit=_DENSE + 1)
    if len(found) > _DENSE:
        moments = [latest_at - place * width for place in reversed(range(domain.MOST))]
        at_moments = [await store.latest(session, kpi.partnership_id, kpi.id, moment) for moment in moments]
        return sorted({point for point in at_moments if point})
    if len(found) < _FEW:
        found = await progress.newest(session, tracked, domain.MOST)
    return _condense(found)


def _condense(points: list[store.Point]) -> list[store.Point]:
    """Moments to the microsecond, as stored ones are, so that who computes again begins with the same."""
    if len(points) <= domain.MOST:
        return points
    first = points[0][0]
    seconds, values = domain.condense([(at - first).total_seconds() for at, _ in points], [each for _, each in points])
    return [(first + timedelta(seconds=second), value) for second, value in zip(seconds, values, strict=True)]
