"""The events that tell what became of a deviation."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import resources as events
from entente_shared.events.objectives import CharterSigned
from entente_shared.outbox import publish

from ..allocation.domain.result import RULE_VERSION
from . import facts
from .domain import damping
from .models import Adjustment


def tell_infeasible(session: AsyncSession, adjustment: Adjustment) -> None:
    """Nothing is told of one that belongs to no deviation: it is in no loop."""
    if adjustment.deviation_id is None or adjustment.kpi_id is None:
        return
    publish(
        session,
        events.AdjustmentInfeasible(
            partnership_id=adjustment.partnership_id,
            adjustment_id=adjustment.id,
            deviation_id=adjustment.deviation_id,
            kpi_id=adjustment.kpi_id,
            gap=adjustment.gap or 0.0,
            best_effect=adjustment.expected_effect,
            shortfall=adjustment.shortfall or 0.0,
            churn_needed=adjustment.churn_needed,
            reason=adjustment.reason or "",
            rule_version=RULE_VERSION,
        ),
        correlation_id=adjustment.correlation_id,
    )


def tell_suppressed(session: AsyncSession, adjustment: Adjustment, held: damping.Held) -> None:
    assert adjustment.deviation_id is not None, "it answers a deviation"
    assert adjustment.kpi_id is not None, "a deviation is of a KPI"
    publish(
        session,
        events.AdjustmentSuppressed(
            partnership_id=adjustment.partnership_id,
            adjustment_id=adjustment.id,
            deviation_id=adjustment.deviation_id,
            kpi_id=adjustment.kpi_id,
            reason=held.reason.value,
            penalty=held.penalty,
            until=held.until,
            rule_version=damping.RULE_VERSION,
        ),
        correlation_id=adjustment.correlation_id,
    )


def tell_proposed(session: AsyncSession, adjustment: Adjustment, charter: CharterSigned) -> None:
    assert adjustment.deviation_id is not None, "it answers a deviation"
    assert adjustment.kpi_id is not None, "a deviation is of a KPI"
    event = events.AdjustmentProposed(
        partnership_id=adjustment.partnership_id,
        adjustment_id=adjustment.id,
        deviation_id=adjustment.deviation_id,
        kpi_id=adjustment.kpi_id,
        changes=facts.changes_stored(adjustment),
        parties=[events.PartyEffect.model_validate(each) for each in adjustment.parties],
        gap=adjustment.gap or 0.0,
        expected_effect=adjustment.expected_effect,
        horizon=adjustment.horizon,
        amount=facts.amount_of(adjustment),
        churn=adjustment.churn,
        churn_budget=charter.policy.churn_budget,
        levers=adjustment.levers,
        alternatives=[events.Alternative.model_validate(each) for each in adjustment.alternatives],
        penalty=adjustment.penalty,
        event_time=adjustment.event_time,
        certificate=adjustment.certificate,
        rule_version=RULE_VERSION,
    )
    publish(session, event, correlation_id=adjustment.correlation_id)
