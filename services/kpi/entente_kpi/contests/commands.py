"""Contest samples, and close contests. While one is open, automation on the KPI is frozen."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from ..deviations import queries as deviations
from ..deviations.models import Deviation
from ..evaluation import queries as tracks
from ..evaluation.queries import Tracked
from ..ingest import commands as ingest
from ..ingest.columns import Columns
from ..ingest.domain import Outcome
from ..progress import commands as progress
from ..series import store
from ..trajectories import queries as trajectories
from ..verification import commands as verification
from . import domain, queries, telling
from .domain import Actor, InvalidContest, State
from .models import Contest

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def open_contest(session: AsyncSession, actor: Actor, kpi_id: UUID, span: domain.Span, reason: str) -> Contest:
    """Raises InvalidContest and AlreadyContested."""
    tracked = await _lock(session, actor.partnership_id, kpi_id)
    domain.check_new(span, await queries.contests_of(session, actor.partnership_id, kpi_id, actor.party_id))
    await _check_there_is_a_sample(session, actor.partnership_id, kpi_id, span)
    contest = Contest(
        partnership_id=actor.partnership_id,
        id=new_id(),
        kpi_id=kpi_id,
        party_id=actor.party_id,
        person_id=actor.person_id,
        from_at=span.from_at,
        to_at=span.to_at,
        reason=reason,
        state=State.OPEN,
        opened_at=await partnership_now(session, actor.partnership_id),
    )
    session.add(contest)
    tracked.track.contests += 1
    telling.tell_opened(session, contest, await _open_deviation(session, tracked))
    await _announce(session, tracked)
    return contest


async def _check_there_is_a_sample(
    session: AsyncSession, partnership_id: UUID, kpi_id: UUID, span: domain.Span
) -> None:
    end = span.to_at + store.INSTANT
    if not await store.read_range(session, partnership_id, kpi_id, since=span.from_at, until=end, limit=1):
        raise InvalidContest(N_("There is no sample then; GET .../samples lists them."), pointer="/at")


async def resolve(
    session: AsyncSession,
    actor: Actor,
    contest_id: UUID,
    outcome: State,
    reason: str,
    corrections: Mapping[datetime, float],
) -> Contest:
    """Say who is right. What is upheld is corrected, so that what fired wrongly is annulled before the freeze ends.

    Raises ContestNotFound, ContestClosed, NotYourContest and InvalidContest.
    """
    contest = await _lock_contest(session, actor, contest_id)
    domain.check_resolver(contest.state, contest.party_id, actor.party_id)
    domain.check_corrections(outcome, contest.span, list(corrections))
    if corrections:
        await _correct(session, actor, contest.kpi_id, corrections)
    return await _close(session, actor, contest, outcome, reason)


async def withdraw(session: AsyncSession, actor: Actor, contest_id: UUID, reason: str) -> Contest:
    """Raises ContestNotFound, ContestClosed and NotYourContest."""
    contest = await _lock_contest(session, actor, contest_id)
    domain.check_withdrawal(contest.state, contest.party_id, actor.party_id)
    return await _close(session, actor, contest, State.WITHDRAWN, reason)


async def _lock(session: AsyncSession, partnership_id: UUID, kpi_id: UUID) -> Tracked:
    tracked = await tracks.lock_one(session, partnership_id, kpi_id)
    assert tracked is not None, "the route loaded this KPI, or a contest of it"
    return tracked


async def _lock_contest(session: AsyncSession, actor: Actor, contest_id: UUID) -> Contest:
    """The contest as it is once its KPI is locked."""
    contest = await queries.get_contest(session, actor.partnership_id, contest_id)
    await _lock(session, actor.partnership_id, contest.kpi_id)
    return await queries.get_contest(session, actor.partnership_id, contest_id)


async def _correct(session: AsyncSession, actor: Actor, kpi_id: UUID, corrections: Mapping[datetime, float]) -> None:
    times = sorted(corrections)
    columns = Columns(
        kpi_ids=[kpi_id],
        counts=np.array([len(times)], dtype=np.int64),
        times=np.array([(at - _EPOCH) // timedelta(microseconds=1) for at in times], dtype=np.int64),
        values=np.array([corrections[at] for at in times]),
        corrections=np.ones(len(times), dtype=np.bool_),
    )
    settled = await ingest.record_columns(session, actor.partnership_id, actor.principal, columns)
    if settled.count(Outcome.CORRECTED) < len(times):
        raise InvalidContest(
            N_("corrections: each must give a stored sample another value; GET .../samples lists them."),
            pointer="/corrections",
        )


async def _close(session: AsyncSession, actor: Actor, contest: Contest, outcome: State, reason: str) -> Contest:
    """What follows from it was told before: whoever held something back acts on what is right by now."""
    tracked = await _lock(session, actor.partnership_id, contest.kpi_id)
    contest.state, contest.resolution = outcome, reason
    contest.resolved_at = await partnership_now(session, actor.partnership_id)
    contest.resolved_by, contest.resolving_party_id = actor.person_id, actor.party_id
    tracked.track.contests -= 1
    telling.tell_closed(session, contest, await _open_deviation(session, tracked), still_contested=tracked.contested)
    if not tracked.contested:
        await verification.go_on(session, tracked)
    await _announce(session, tracked)
    return contest


async def _open_deviation(session: AsyncSession, tracked: Tracked) -> Deviation | None:
    kpi = tracked.kpi
    standing = await deviations.load_standing(session, kpi.partnership_id, every_of=[], open_of=[kpi.id])
    return next(iter(standing.get(kpi.id, [])), None)


async def _announce(session: AsyncSession, tracked: Tracked) -> None:
    """That the KPI is provisional, or no longer."""
    partnership_id, kpi_id = tracked.kpi.partnership_id, tracked.kpi.id
    paths = await trajectories.load_paths(session, partnership_id, [kpi_id])
    await progress.announce(session, [(tracked, paths[kpi_id])])
