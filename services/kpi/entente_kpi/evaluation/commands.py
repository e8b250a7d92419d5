"""Evaluate KPIs whose samples or trajectories changed: once in memory, then written once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from ..deviations import commands as deviations
from ..deviations import queries as deviation_queries
from ..deviations.domain import Crossing, match, open_crossing, unsettled
from ..deviations.models import Deviation
from ..progress import commands as progress
from ..series import store
from ..silence import commands as silence
from ..trajectories import queries as trajectories
from ..trajectories.domain import Path
from ..verification import commands as verification
from . import domain, replay
from .models import Track
from .queries import Tracked


@dataclass(frozen=True, slots=True)
class Change:
    """A KPI has to be evaluated from `since` on. `points` are its new and corrected samples, by rising time."""

    since: datetime
    points: Sequence[domain.Point]
    reason: str


@dataclass
class _Work:
    """One KPI's evaluation: what stands, the machine to start from, and the samples to run it over."""

    tracked: Tracked
    path: Path
    change: Change
    standing: Sequence[Deviation] = ()
    start: domain.Machine = field(default_factory=domain.Machine)
    points: Sequence[domain.Point] = ()
    again: domain.Run | None = None

    @cached_property
    def late(self) -> bool:
        """Samples that were evaluated have to be again."""
        tracked, change = self.tracked, self.change
        if change.since > tracked.track.until:
            return False
        return not domain.undisturbed(tracked.rule, self.path, tracked.machine, change.points)

    @property
    def changed_until(self) -> datetime | None:
        return self.change.points[-1][0] if self.change.points else None

    @property
    def crossings(self) -> list[Crossing]:
        return [deviations.crossing(row) for row in self.standing]


async def evaluate(
    session: AsyncSession,
    partnership_id: UUID,
    tracked: Sequence[Tracked],
    changes: Mapping[UUID, Change],
    *,
    paths: Mapping[UUID, Path] | None = None,
    watched: Collection[UUID] | None = None,
) -> None:
    """Evaluate locked KPIs after `changes`, which must be stored already.

    A caller who knows them passes the KPIs' paths, and for which of them a verification waits (None: for any, perhaps).
    """
    with session.no_autoflush:  # all is written once, at the end
        _note_latest(tracked, changes)
        await silence.listen(session, partnership_id, tracked)
        if paths is None:
            paths = await trajectories.load_paths(session, partnership_id, [each.kpi.id for each in tracked])
        works = [_Work(each, paths[each.kpi.id], changes[each.kpi.id]) for each in tracked if paths[each.kpi.id]]
        await _load_standing(session, partnership_id, works)
        await _load_points(session, partnership_id, works)
        for work in works:
            _conclude(session, work)
        await progress.announce(session, [(work.tracked, work.path) for work in works])
        waited_for = [work.tracked for work in works if watched is None or work.tracked.kpi.id in watched]
        await verification.check(session, partnership_id, waited_for)
        for each in tracked:
            _write_alike(each.track)


def _note_latest(tracked: Sequence[Tracked], changes: Mapping[UUID, Change]) -> None:
    for each in tracked:
        track, points = each.track, changes[each.kpi.id].points
        if points and (track.latest_at is None or points[-1][0] >= track.latest_at):
            track.latest_at, track.latest_value = points[-1]


def _write_alike(track: Track) -> None:
    """Have the same columns written of every track, so that all go in one statement."""
    for column in Track.__table__.columns:
        if not column.primary_key:
            flag_modified(track, column.key)


async def _load_standing(session: AsyncSession, partnership_id: UUID, works: Sequence[_Work]) -> None:
    late = {work.tracked.kpi.id for work in works if work.late}
    deviating = {work.tracked.kpi.id for work in works if work.tracked.machine.deviating} - late
    found = await deviation_queries.load_standing(session, partnership_id, every_of=late, open_of=deviating)
    for work in works:
        work.standing = found.get(work.tracked.kpi.id, ())


async def _load_points(session: AsyncSession, partnership_id: UUID, works: Sequence[_Work]) -> None:
    """Rewind the machines that have to be, and fetch what they missed.

    One that need not be rewound and does not lag behind has seen all but the new samples, which are at hand; a burn
    rate looks at those before them too.
    """
    missed: dict[UUID, datetime] = {}
    for work in works:
        rule, since = work.tracked.rule, work.change.since
        work.points, work.start = work.change.points, work.tracked.machine
        if work.late:
            work.start, work.again = await replay.run_again(
                session, work.tracked, work.path, work.crossings, since=since, changed_until=work.changed_until
            )
        elif rule.evaluation_delay or rule.reach:
            missed[work.tracked.kpi.id] = work.start.until + store.INSTANT - rule.reach
    found = await store.read_since(session, partnership_id, missed) if missed else {}
    for work in works:
        work.points = found.get(work.tracked.kpi.id, work.points)


def _conclude(session: AsyncSession, work: _Work) -> None:
    tracked, track, crossings = work.tracked, work.tracked.track, work.crossings
    run = work.again or _run(work)
    machine, spans = run.finish()
    track.state, track.since, track.until = machine.state, machine.since, machine.until
    touched = [each for each in unsettled(crossings, work.start.until) if not run.met or each.opened_at <= run.met]
    pairs = match(touched, spans)
    deviations.reconcile(session, tracked, work.standing, pairs, work.change.reason)


def _run(work: _Work) -> domain.Run:
    """Go on from where the machine stands."""
    rule, latest_at = work.tracked.rule, work.tracked.track.latest_at
    limit = domain.watermark(rule, latest_at) if latest_at else None
    inside = open_crossing(work.crossings, work.start.until)
    run = domain.Run(rule, work.path, work.start, inside.opened_at if inside else None)
    run.feed(point for point in work.points if limit and point[0] <= limit)
    return run
