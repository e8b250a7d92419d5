"""Replay a KPI's history. Nothing is stored or published; the long part runs in a thread, so that the service answers on."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, Unavailable

from ..definitions.domain import LONGEST, check_rule
from ..deviations.models import Deviation
from ..evaluation.domain import Machine, Point, Rule, run, watermark
from ..evaluation.queries import Tracked
from ..ingest.domain import EARLIEST, LATEST
from ..series import store
from ..series.store import INSTANT
from ..trajectories import queries as trajectories
from ..trajectories.domain import BEGINNING, Path, Segment, Trajectory
from .domain import BacktestTooLarge, Comparison, Damping, Episode, InvalidBacktest, compare

MOST = 200_000
_PAGE = 10_000
_AT_ONCE = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_running = 0


@dataclass(frozen=True, slots=True)
class Request:
    """`labels` None: hold the alerts against the deviations that stand, or (`present`) those of the present rule."""

    rule: Rule
    since: datetime
    until: datetime
    trajectory: Trajectory | None
    labels: Sequence[Episode] | None
    present: bool
    damping: Damping


@dataclass(frozen=True, slots=True)
class Result:
    samples: int
    alerts: Sequence[Episode]
    comparison: Comparison


def check(request: Request) -> None:
    check_rule(request.rule)
    if request.since >= request.until:
        raise InvalidBacktest(N_("`to` must be after `from`."), pointer="/to")
    for number, label in enumerate(request.labels or ()):
        if label.closed_at is not None and label.closed_at <= label.opened_at:
            raise InvalidBacktest(N_("An episode must end after it begins."), pointer=f"/episodes/{number}/to")
    damping = request.damping
    for field, least in (("half_life", INSTANT), ("cool_down", timedelta(0)), ("period", INSTANT)):
        if not least <= getattr(damping, field) <= LONGEST:
            raise InvalidBacktest(
                N_("{field} must be longer than zero (cool_down: or zero), and at most 100 years."),
                pointer=f"/damping/{field}",
                field=field,
            )


async def replay(session: AsyncSession, tracked: Tracked, request: Request) -> Result:
    """Raises BacktestTooLarge, InvalidBacktest, and Unavailable where others are replayed already."""
    global _running  # noqa: PLW0603 - of this process, which is what is to be protected
    check(request)
    path = await _path(session, tracked, request)
    if _running >= _AT_ONCE:
        raise Unavailable(N_("Other backtests are running; try again in a moment."), headers={"Retry-After": "5"})
    _running += 1
    try:
        return await _replay(session, tracked, request, path)
    finally:
        _running -= 1


async def _replay(session: AsyncSession, tracked: Tracked, request: Request, path: Path) -> Result:
    times, values = await _read(session, tracked, request)
    alerts = await _aside(session, request.rule, path, times, values)
    if request.labels is not None:
        reference = list(request.labels)
    elif request.present:
        reference = await _aside(session, tracked.rule, path, times, values)
    else:
        reference = await _stood(session, tracked, request)
    comparison = await asyncio.to_thread(compare, reference, alerts, request.since)
    return Result(len(times), alerts, comparison)


async def _path(session: AsyncSession, tracked: Tracked, request: Request) -> Path:
    if request.trajectory is not None:
        return Path([Segment(BEGINNING, request.trajectory)])
    kpi = tracked.kpi
    path = (await trajectories.load_paths(session, kpi.partnership_id, [kpi.id]))[kpi.id]
    if not path:
        raise InvalidBacktest(N_("Nothing was ever agreed for this KPI: give a trajectory."), pointer="/trajectory")
    return path


async def _read(
    session: AsyncSession, tracked: Tracked, request: Request
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The samples as columns, which are a tenth of the size of points."""
    kpi, since, until = tracked.kpi, max(request.since, EARLIEST), min(request.until, LATEST)
    times, values, count = [np.zeros(0, np.int64)], [np.zeros(0)], 0
    while since < until:
        points = await store.read_range(session, kpi.partnership_id, kpi.id, since=since, until=until, limit=_PAGE)
        times.append(np.array([(at - _EPOCH) // INSTANT for at, _ in points], dtype=np.int64))
        values.append(np.array([value for _, value in points], dtype=np.float64))
        count += len(points)
        if count > MOST:
            raise BacktestTooLarge(
                N_("There are more than {most} samples in this time; bring `from` and `to` closer together."),
                pointer="/from",
                most=MOST,
            )
        since = points[-1][0] + INSTANT if len(points) == _PAGE else until
    return np.concatenate(times), np.concatenate(values)


async def _aside(
    session: AsyncSession, rule: Rule, path: Path, times: NDArray[np.int64], values: NDArray[np.float64]
) -> list[Episode]:
    """Run in a thread; meanwhile the transaction is kept from being taken for a forgotten one."""
    work = asyncio.ensure_future(asyncio.to_thread(_episodes, rule, path, times, values))
    while not (await asyncio.wait([work], timeout=3))[0]:
        await session.execute(text("SELECT 1"))
    return work.result()


def _episodes(rule: Rule, path: Path, times: NDArray[np.int64], values: NDArray[np.float64]) -> list[Episode]:
    if not len(times):
        return []
    limit = watermark(rule, _moment(int(times[-1])))
    _, spans = run(rule, path, Machine(), None, _points(times, values, limit))
    return [Episode(span.opened_at, span.closed.at if span.closed else None) for span in spans]


def _points(times: NDArray[np.int64], values: NDArray[np.float64], limit: datetime) -> Iterator[Point]:
    """One at a time, by thousands."""
    for begin, end in pairwise([*range(0, len(times), 1000), len(times)]):
        for microseconds, value in zip(times[begin:end].tolist(), values[begin:end].tolist(), strict=True):
            at = _moment(microseconds)
            if at <= limit:
                yield at, value


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


async def _stood(session: AsyncSession, tracked: Tracked, request: Request) -> list[Episode]:
    """The deviations that stand and overlap the time, by when they began."""
    kpi = tracked.kpi
    rows = await session.execute(
        select(Deviation.opened_at, Deviation.closed_at)
        .where(Deviation.partnership_id == kpi.partnership_id, Deviation.kpi_id == kpi.id, ~Deviation.annulled)
        .where(Deviation.opened_at < request.until)
        .where(Deviation.closed_at.is_(None) | (Deviation.closed_at > request.since))
        .order_by(Deviation.opened_at)
    )
    return [Episode(opened_at, closed_at) for opened_at, closed_at in rows]
