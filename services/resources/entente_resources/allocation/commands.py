"""Compute the next allocation and publish revisions."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.events import resources as events
from entente_shared.ids import new_id
from entente_shared.outbox import publish

from . import queries
from .domain.answers import Certified
from .domain.result import Infeasible, NoAllocation, Reason
from .models import Allocation, AllocationCell, Cause
from .solving import callers_solver

_REASONS = {
    Reason.LEAST: N_("What the needs ask for at least is more than there is; lower their least, or add capacity."),
    Reason.FLOORS: N_("The charter guarantees the parties more than there is; add capacity, or amend the floors."),
    Reason.LEVERS: N_("The levers do not reach the gap."),
    Reason.CHURN_BUDGET: N_(
        "The churn budget is too small: at least {churn_needed} units must change hands; amend the charter's policy."
    ),
}


async def lock(session: AsyncSession, partnership_id: UUID) -> None:
    """One revision at a time, for the rest of the transaction."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"allocation/{partnership_id}", 0))))


async def compute_allocation(session: AsyncSession, partnership_id: UUID) -> Allocation:
    """Publish the fairest allocation (A8): the first freely, later ones within the charter's churn budget.

    Raises NoAllocation and SolverTrouble.
    """
    await lock(session, partnership_id)
    ground = await queries.load_ground(session, partnership_id)
    problem = ground.problem
    if ground.allocation is not None and ground.agreed.charter is not None:
        problem = replace(problem, churn_budget=ground.agreed.charter.policy.churn_budget)
    found = await callers_solver.allocate(problem)
    if isinstance(found, Infeasible):
        raise NoAllocation(_REASONS[found.reason], churn_needed=found.churn_needed)
    return await publish_revision(session, partnership_id, found, Cause.COMPUTED)


async def publish_revision(
    session: AsyncSession, partnership_id: UUID, certified: Certified, cause: Cause, adjustment_id: UUID | None = None
) -> Allocation:
    """Store and publish the next revision. The caller holds the lock."""
    current = await queries.load_current(session, partnership_id)
    allocation = Allocation(
        partnership_id=partnership_id,
        id=new_id(),
        revision=current.revision + 1 if current else 1,
        cause=cause,
        adjustment_id=adjustment_id,
        certificate=certified.certificate.as_json(),
    )
    session.add(allocation)
    await session.flush()
    cells = [
        {
            "partnership_id": partnership_id,
            "allocation_id": allocation.id,
            "need_id": need_id,
            "resource_id": resource_id,
            "period": period,
            "amount": amount,
        }
        for (need_id, resource_id, period), amount in certified.cells.items()
        if amount > 0
    ]
    if cells:
        await session.execute(insert(AllocationCell), cells)
    publish(
        session,
        events.AllocationPublished(
            partnership_id=partnership_id,
            allocation_id=allocation.id,
            revision=allocation.revision,
            cause=cause.value,
            certificate=allocation.certificate,
        ),
    )
    return allocation
