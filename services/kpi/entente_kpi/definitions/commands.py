"""Define a KPI, and give it another definition."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import kpi as events
from entente_shared.ids import new_id
from entente_shared.outbox import publish

from ..evaluation.models import Track
from ..evaluation.queries import Tracked
from . import documents
from .domain import Definition, KpiStatus
from .models import Kpi, ThresholdRule


async def define_kpi(session: AsyncSession, partnership_id: UUID, definition: Definition, status: KpiStatus) -> UUID:
    """Returns the id of the new KPI, whose definition is its version 1. What it says must have been checked."""
    kpi = Kpi(partnership_id=partnership_id, id=new_id(), status=status, version=1, newest=1, revision=0)
    threshold = ThresholdRule(partnership_id=partnership_id, id=new_id(), kpi_id=kpi.id, version=1)
    documents.write(definition, kpi, threshold)
    session.add(kpi)
    await session.flush()
    session.add_all([threshold, Track(partnership_id=partnership_id, kpi_id=kpi.id)])
    await session.flush()
    return kpi.id


def redefine(tracked: Tracked, definition: Definition, version: int) -> None:
    """Put another definition into force. Every change of what ingest may have cached of a KPI goes through here."""
    kpi, threshold, rule = tracked.kpi, tracked.threshold, tracked.rule
    documents.write(definition, kpi, threshold)
    threshold.version += definition.rule != rule
    kpi.status, kpi.version = KpiStatus.ACTIVE, version
    tracked.track.plan_version += 1


def tell(session: AsyncSession, tracked: Tracked, pending: int | None) -> None:
    """Publish what the KPI is now; `pending` is the version that waits for approval."""
    kpi = tracked.kpi
    kpi.revision += 1
    publish(session, public(kpi, tracked.threshold, pending))


def public(kpi: Kpi, threshold: ThresholdRule, pending: int | None) -> events.KpiChanged:
    return events.KpiChanged(
        partnership_id=kpi.partnership_id,
        kpi_id=kpi.id,
        name=kpi.name,
        unit=kpi.unit,
        cadence=kpi.cadence,
        on_conflict=kpi.on_conflict,
        rule=public_rule(threshold),
        active=kpi.status == KpiStatus.ACTIVE,
        description=kpi.description,
        template=kpi.template,
        level=kpi.level,
        direction=kpi.direction,
        aggregation=kpi.aggregation,
        sources=kpi.sources,
        definition_version=kpi.version,
        pending_version=pending,
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
