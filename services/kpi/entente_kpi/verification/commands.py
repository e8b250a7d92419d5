"""Watch the KPI after an adjustment was applied, and say what became of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import kpi as events
from entente_shared.events.resources import AdjustmentApplied
from entente_shared.outbox import Received, publish
from entente_shared.timers import partnership_now, schedule, schedule_many

from ..deviations.models import Deviation
from ..evaluation import queries as tracks
from ..evaluation.queries import Tracked
from ..series import store
from ..series.moments import INSTANT
from ..trajectories.domain import BEGINNING
from . import domain
from .domain import Outcome, Watch
from .models import Verification

TIMER = "verification"


async def await_effect(session: AsyncSession, event: AdjustmentApplied, received: Received) -> None:
    """Only an adjustment that answers a deviation of a KPI can be verified."""
    if event.kpi_id is None or event.deviation_id is None:
        return
    tracked = await tracks.lock_one(session, event.partnership_id, event.kpi_id)
    deviation = await session.get(Deviation, (event.partnership_id, event.deviation_id))
    if tracked is None or deviation is None:
        return
    row = await _watch(session, event, received, tracked, deviation)
    session.add(row)
    tracked.track.plan_version += 1  # ingest remembers whether one waits
    await session.flush()
    await check(session, event.partnership_id, [tracked])
    if row.outcome == Outcome.WAITING:
        await schedule(session, TIMER, row.partnership_id, row.id, row.deadline)


async def _watch(
    session: AsyncSession, event: AdjustmentApplied, received: Received, tracked: Tracked, deviation: Deviation
) -> Verification:
    at_application = await store.latest(session, event.partnership_id, tracked.kpi.id, event.applied_at)
    samples, horizon_at = max(event.verify_samples, 1), event.applied_at + event.horizon
    return Verification(
        partnership_id=event.partnership_id,
        id=event.adjustment_id,
        kpi_id=tracked.kpi.id,
        deviation_id=deviation.id,
        applied_at=event.applied_at,
        horizon_at=horizon_at,
        deadline=domain.deadline(horizon_at, samples, tracked.kpi.cadence),
        samples=samples,
        value_at_application=at_application[1] if at_application else deviation.value,
        expected_effect=event.expected_effect,
        outcome=Outcome.WAITING,
        correlation_id=received.correlation_id,
        causation_id=received.event_id,
    )


async def check(session: AsyncSession, partnership_id: UUID, tracked: Sequence[Tracked]) -> None:
    """Decide the verifications for which enough samples have been evaluated, and none is contested."""
    until = {each.kpi.id: each.track.until for each in tracked if not each.contested}
    if not until:
        return
    rows = await session.scalars(
        select(Verification).where(
            Verification.partnership_id == partnership_id,
            Verification.kpi_id.in_(until),
            Verification.outcome == Outcome.WAITING,
        )
    )
    for row in rows:
        verdict = domain.judge(
            _as_watch(row), await _after(session, row, until[row.kpi_id]), ended_at=await _ended_at(session, row)
        )
        if verdict:
            _conclude(session, row, verdict)


async def go_on(session: AsyncSession, tracked: Tracked) -> None:
    """Samples are contested no longer: decide what could be decided meanwhile, and what is overdue."""
    partnership_id, kpi_id = tracked.kpi.partnership_id, tracked.kpi.id
    await check(session, partnership_id, [tracked])
    waiting = await session.scalars(
        select(Verification).filter_by(partnership_id=partnership_id, kpi_id=kpi_id, outcome=Outcome.WAITING)
    )
    await schedule_many(session, TIMER, partnership_id, {row.id: row.deadline for row in waiting})


async def give_up(session: AsyncSession, partnership_id: UUID, adjustment_id: UUID) -> None:
    """The deadline has passed, by the partnership's clock. While samples are contested, `go_on` sees to it later."""
    kpi_id = await session.scalar(
        select(Verification.kpi_id).filter_by(partnership_id=partnership_id, id=adjustment_id)
    )
    tracked = kpi_id and await tracks.lock_one(session, partnership_id, kpi_id)
    if not tracked or tracked.contested:
        return
    row = await session.get_one(Verification, (partnership_id, adjustment_id))
    if row.outcome == Outcome.WAITING:
        after = await _after(session, row, tracked.track.until)
        _conclude(session, row, domain.give_up(_as_watch(row), after, await partnership_now(session, partnership_id)))


def _as_watch(row: Verification) -> Watch:
    return Watch(row.horizon_at, row.samples, row.value_at_application)


async def _after(session: AsyncSession, row: Verification, until: datetime) -> list[store.Point]:
    """The evaluated samples from the horizon on."""
    return await store.read_range(
        session, row.partnership_id, row.kpi_id, since=row.horizon_at, until=until + INSTANT, limit=row.samples
    )


async def _ended_at(session: AsyncSession, row: Verification) -> datetime | None:
    deviation = await session.get_one(Deviation, (row.partnership_id, row.deviation_id))
    return BEGINNING if deviation.annulled else deviation.closed_at


def _conclude(session: AsyncSession, row: Verification, verdict: domain.Verdict) -> None:
    row.outcome, row.decided_at, row.measured_effect = verdict.outcome, verdict.at, verdict.measured_effect
    publish(session, _fact(row, verdict), correlation_id=row.correlation_id, causation_id=row.causation_id)


def _fact(row: Verification, verdict: domain.Verdict) -> events.AdjustmentVerified | events.AdjustmentNotVerified:
    if verdict.outcome is Outcome.VERIFIED and verdict.measured_effect is not None:
        return events.AdjustmentVerified(
            partnership_id=row.partnership_id,
            adjustment_id=row.id,
            deviation_id=row.deviation_id,
            kpi_id=row.kpi_id,
            at=verdict.at,
            measured_effect=verdict.measured_effect,
            expected_effect=row.expected_effect,
        )
    return events.AdjustmentNotVerified(
        partnership_id=row.partnership_id,
        adjustment_id=row.id,
        deviation_id=row.deviation_id,
        kpi_id=row.kpi_id,
        at=verdict.at,
        reason=events.VerificationFailure(verdict.outcome),
        measured_effect=verdict.measured_effect,
        expected_effect=row.expected_effect,
    )
