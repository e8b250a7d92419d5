"""Carry out what was decided, and take back what was found not to work."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import kpi, objectives
from entente_shared.events import resources as events
from entente_shared.outbox import publish

from ..adjustment import facts, queries
from ..adjustment.commands import find, hold_contested
from ..adjustment.domain import changes, damping
from ..adjustment.domain.states import State
from ..adjustment.models import Adjustment, KpiDamping
from ..adjustment.telling import tell_infeasible
from ..allocation import queries as allocation
from ..allocation.commands import lock, publish_revision
from ..allocation.domain.answers import Broken
from ..allocation.models import Cause
from ..allocation.queries import Ground
from ..allocation.solving import solver
from ..contests import queries as contests

NOT_AS_AGREED = "allocation_changed"


async def take_decision(session: AsyncSession, event: objectives.DecisionTaken) -> None:
    """Apply an approved proposal. What lapsed meanwhile stays as it is."""
    if event.subject.kind is not objectives.SubjectKind.ADJUSTMENT:
        return
    await lock(session, event.partnership_id)
    adjustment = await queries.load(session, event.partnership_id, event.subject.id)
    if adjustment is None or adjustment.state is not State.PROPOSED:
        return
    adjustment.decision_id = event.decision_id
    if event.outcome is not objectives.Outcome.APPROVED:
        adjustment.state, adjustment.reason = State.REFUSED, event.outcome.value
        return
    adjustment.automatic = event.tier is objectives.Tier.AUTOMATIC
    if adjustment.automatic and await contests.is_contested(session, event.partnership_id, adjustment.kpi_id):
        hold_contested(adjustment)
        return
    await _carry_out(session, adjustment, event.taken_at)


async def go_on(session: AsyncSession, partnership_id: UUID, kpi_id: UUID, at: datetime) -> None:
    """No samples of this KPI are contested any longer (since `at`): what waited for that is proposed, or applied."""
    adjustment = await queries.load_undecided(session, partnership_id, kpi_id=kpi_id)
    if adjustment is None or adjustment.state is not State.CONTESTED:
        return
    if adjustment.decision_id is None:
        await find(session, adjustment)
    else:
        adjustment.reason = None
        await _carry_out(session, adjustment, at)
    await session.flush()


async def _carry_out(session: AsyncSession, adjustment: Adjustment, at: datetime) -> None:
    ground = await allocation.load_ground(session, adjustment.partnership_id)
    await apply(session, adjustment, ground, Cause.ADJUSTMENT, max(at, adjustment.event_time))
    if adjustment.automatic:
        await _charge(session, adjustment, ground)


async def apply(
    session: AsyncSession, adjustment: Adjustment, ground: Ground, cause: Cause, applied_at: datetime
) -> None:
    """Make the agreed changes on the allocation as it is now. Where they no longer fit, they are not made in part."""
    cells = changes.shifted(ground.cells, facts.moves_stored(adjustment))
    found = await solver.settle(ground.problem, cells)
    if isinstance(found, Broken):
        adjustment.state, adjustment.reason, adjustment.automatic = State.INFEASIBLE, NOT_AS_AGREED, False
        adjustment.expected_effect, adjustment.shortfall = 0.0, abs(adjustment.gap or 0.0)
        tell_infeasible(session, adjustment)
        return
    made = await publish_revision(session, adjustment.partnership_id, found, cause, adjustment.id)
    adjustment.state, adjustment.applied_at, adjustment.allocation_id = State.APPLIED, applied_at, made.id
    await session.flush()
    publish(session, _applied(adjustment, ground), correlation_id=adjustment.correlation_id)


def _applied(adjustment: Adjustment, ground: Ground) -> events.AdjustmentApplied:
    assert adjustment.allocation_id is not None, "it was published"
    assert adjustment.applied_at is not None, "it was applied"
    charter = ground.agreed.charter
    return events.AdjustmentApplied(
        partnership_id=adjustment.partnership_id,
        adjustment_id=adjustment.id,
        deviation_id=adjustment.deviation_id,
        kpi_id=adjustment.kpi_id,
        decision_id=adjustment.decision_id,
        case_id=adjustment.case_id,
        allocation_id=adjustment.allocation_id,
        changes=facts.changes_stored(adjustment),
        applied_at=adjustment.applied_at,
        horizon=adjustment.horizon,
        verify_samples=charter.policy.verify_samples if charter else 1,
        expected_effect=adjustment.expected_effect,
        amount=facts.amount_of(adjustment),
    )


async def _charge(session: AsyncSession, adjustment: Adjustment, ground: Ground) -> None:
    """Count it for damping, in event time."""
    assert adjustment.kpi_id is not None, "what is decided answers a deviation, which is of a KPI"
    assert ground.agreed.charter is not None, "it was proposed under one"
    key = (adjustment.partnership_id, adjustment.kpi_id)
    state = await queries.load_damping(session, *key)
    charged = damping.charge(state, adjustment.event_time, ground.agreed.charter.policy.damping_half_life)
    row = await session.get(KpiDamping, key)
    if row is None:
        row = KpiDamping(partnership_id=key[0], kpi_id=key[1])
        session.add(row)
    assert charged.at is not None, "a charge has a moment"
    row.penalty, row.at, row.suppressed = charged.penalty, charged.at, charged.suppressed


async def verify(session: AsyncSession, event: kpi.AdjustmentVerified) -> None:
    adjustment = await _load_applied(session, event.partnership_id, event.adjustment_id)
    if adjustment is not None:
        adjustment.state = State.VERIFIED


async def answer_failure(session: AsyncSession, event: kpi.AdjustmentNotVerified) -> None:
    """Take an adjustment back whose effect did not come, where the charter says so.

    Its changes are taken back from the allocation as it is now. Where that would exceed a capacity by now, what differs
    least from it is published.
    """
    adjustment = await _load_applied(session, event.partnership_id, event.adjustment_id)
    if adjustment is None:
        return
    adjustment.reason = event.reason.value
    ground = await allocation.load_ground(session, event.partnership_id)
    if ground.agreed.charter is None or not ground.agreed.charter.policy.rollback_on_failure:
        adjustment.state = State.FAILED
        return
    cells = changes.shifted(ground.cells, facts.moves_stored(adjustment), back=True)
    found = await solver.settle_near(ground.problem, {cell: amount for cell, amount in cells.items() if amount > 0})
    made = await publish_revision(session, event.partnership_id, found, Cause.ROLLBACK, adjustment.id)
    adjustment.state, adjustment.allocation_id = State.ROLLED_BACK, made.id
    await session.flush()
    publish(
        session,
        events.AdjustmentRolledBack(
            partnership_id=event.partnership_id,
            adjustment_id=adjustment.id,
            deviation_id=adjustment.deviation_id,
            kpi_id=adjustment.kpi_id,
            allocation_id=made.id,
            reason=event.reason.value,
            at=event.at,
        ),
    )


async def _load_applied(session: AsyncSession, partnership_id: UUID, adjustment_id: UUID) -> Adjustment | None:
    await lock(session, partnership_id)
    adjustment = await queries.load(session, partnership_id, adjustment_id)
    return adjustment if adjustment is not None and adjustment.state is State.APPLIED else None
