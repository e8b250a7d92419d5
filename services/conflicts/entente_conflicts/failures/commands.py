"""What leaves the parties in conflict: a decision that failed, an adjustment that is impossible, a risk that occurred."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events.conflicts import Cause, CauseKind
from entente_shared.events.kpi import DeviationAnnulled, DeviationClosed
from entente_shared.events.objectives import DecisionTaken, RiskOccurred, SubjectKind
from entente_shared.events.resources import AdjustmentInfeasible, AdjustmentProposed
from entente_shared.ids import derived_id
from entente_shared.outbox import Received
from entente_shared.timers import partnership_now

from ..charter import queries as charter
from ..context import queries as context
from ..opening.commands import Opening, open_case
from . import domain


async def open_after_decision(session: AsyncSession, decision: DecisionTaken, meta: Received) -> None:
    """Open a case where a decision failed.

    The proposal that was decided about comes from another producer, whose stream may be behind: then the case is opened
    by `open_after_proposal`. The lock makes one of the two see the other.
    """
    if not domain.fails(decision.subject.kind, decision.outcome):
        return
    proposal = None
    if decision.subject.kind is SubjectKind.ADJUSTMENT:
        await _lock(session, decision.subject.id)
        entry = await context.latest(session, AdjustmentProposed, decision.partnership_id, decision.subject.id)
        if entry is None:
            return
        proposal = AdjustmentProposed.model_validate(entry.said)
    await _open(session, decision, proposal, meta.correlation_id, meta.event_id)


async def open_after_proposal(session: AsyncSession, proposal: AdjustmentProposed, meta: Received) -> None:
    """Open the case of a decision that failed before its proposal was received here."""
    await _lock(session, proposal.adjustment_id)
    saga = await context.saga(session, proposal.partnership_id, meta.correlation_id)
    failed = domain.failed_decision(saga, proposal.adjustment_id)
    if failed is not None:
        decision = DecisionTaken.model_validate(failed.said)
        await _open(session, decision, proposal, meta.correlation_id, failed.event_id)


async def open_after_infeasible(session: AsyncSession, event: AdjustmentInfeasible, meta: Received) -> None:
    cause = Cause(kind=CauseKind.INFEASIBLE, id=event.adjustment_id)
    objective = await charter.objective_title(session, event.partnership_id, event.kpi_id)
    opening = Opening(
        partnership_id=event.partnership_id,
        case_id=derived_id("case", event.partnership_id, cause.kind, cause.id),
        cause=cause,
        title=domain.title_of_infeasible(objective),
        at=await partnership_now(session, event.partnership_id),
        deviation_id=event.deviation_id,
        adjustment_id=event.adjustment_id,
        kpi_id=event.kpi_id,
        correlation_id=meta.correlation_id,
        causation_id=meta.event_id,
    )
    await open_case(session, opening)


async def open_after_risk(session: AsyncSession, event: RiskOccurred, meta: Received) -> None:
    """Each occurrence of a risk opens a case of its own."""
    opening = Opening(
        partnership_id=event.partnership_id,
        case_id=derived_id("case", event.partnership_id, CauseKind.RISK, event.occurrence_id),
        cause=Cause(kind=CauseKind.RISK, id=event.risk_id),
        title=domain.title_of_risk(event.title),
        description=event.description,
        at=event.occurred_at,
        kpi_id=event.kpi_id,
        correlation_id=meta.correlation_id,
        causation_id=meta.event_id,
    )
    await open_case(session, opening)


async def _open(
    session: AsyncSession,
    decision: DecisionTaken,
    proposal: AdjustmentProposed | None,
    correlation_id: UUID,
    causation_id: UUID,
) -> None:
    if proposal is not None and await _is_moot(session, proposal):
        return
    cause = Cause(kind=CauseKind.DECISION, id=decision.decision_id)
    kpi_id = proposal.kpi_id if proposal else None
    objective = await charter.objective_title(session, decision.partnership_id, kpi_id)
    opening = Opening(
        partnership_id=decision.partnership_id,
        case_id=derived_id("case", decision.partnership_id, cause.kind, cause.id),
        cause=cause,
        title=domain.title_of(decision.subject.kind, decision.outcome, objective),
        at=decision.taken_at,
        deviation_id=proposal.deviation_id if proposal else None,
        adjustment_id=proposal.adjustment_id if proposal else None,
        kpi_id=kpi_id,
        correlation_id=correlation_id,
        causation_id=causation_id,
    )
    await open_case(session, opening)


async def _is_moot(session: AsyncSession, proposal: AdjustmentProposed) -> bool:
    """The KPI came back, or was never off its path, before the decision fell: nothing is left to quarrel about."""
    for over in (DeviationClosed, DeviationAnnulled):
        if await context.latest(session, over, proposal.partnership_id, proposal.deviation_id) is not None:
            return True
    return False


async def _lock(session: AsyncSession, subject_id: UUID) -> None:
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(subject_id), 0))))
