"""Define a KPI."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import kpi as events
from entente_shared.ids import new_id
from entente_shared.outbox import publish

from ..evaluation.domain import Rule
from ..evaluation.models import Track
from . import domain
from .models import Kpi, ThresholdRule


async def define_kpi(
    session: AsyncSession,
    partnership_id: UUID,
    *,
    name: str,
    unit: str,
    cadence: timedelta,
    on_conflict: domain.OnConflict,
    rule: Rule,
) -> UUID:
    """Returns its id. Raises InvalidCadence and InvalidRule."""
    domain.check_cadence(cadence)
    rule = domain.with_windows(rule, cadence)
    domain.check_rule(rule)
    kpi = Kpi(
        partnership_id=partnership_id, id=new_id(), name=name, unit=unit, cadence=cadence, on_conflict=on_conflict
    )
    threshold = ThresholdRule(
        partnership_id=partnership_id,
        id=new_id(),
        kpi_id=kpi.id,
        theta_on=rule.theta_on,
        theta_off=rule.theta_off,
        hold=rule.hold,
        keep=rule.keep,
        stale_after=rule.stale_after,
        evaluation_delay=rule.evaluation_delay,
        burn=rule.burn and events.BurnRate.model_validate(rule.burn).model_dump(mode="json"),
        version=1,
    )
    session.add(kpi)
    await session.flush()
    session.add_all([threshold, Track(partnership_id=partnership_id, kpi_id=kpi.id)])
    await session.flush()
    publish(session, _public(kpi, threshold))
    return kpi.id


def _public(kpi: Kpi, threshold: ThresholdRule) -> events.KpiChanged:
    return events.KpiChanged(
        partnership_id=kpi.partnership_id,
        kpi_id=kpi.id,
        name=kpi.name,
        unit=kpi.unit,
        cadence=kpi.cadence,
        on_conflict=kpi.on_conflict,
        rule=public_rule(threshold),
        active=True,
    )


def public_rule(threshold: ThresholdRule) -> events.ThresholdRule:
    """The rule as events carry it, so that what was decided by it can be recomputed."""
    return events.ThresholdRule(
        theta_on=threshold.theta_on,
        theta_off=threshold.theta_off,
        for_=threshold.hold,
        keep=threshold.keep,
        stale_after=threshold.stale_after,
        evaluation_delay=threshold.evaluation_delay,
        version=threshold.version,
        burn=threshold.burn and events.BurnRate.model_validate(threshold.burn),
    )
