"""Look for one sample: in its KPI, in quarantine, among what was dropped."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.web import Member

from ..mappings import queries as mappings
from ..mappings.domain import Labels
from ..quarantine.domain import digest
from ..quarantine.models import QuarantineDrop, QuarantinedSample, QuarantinedSeries
from ..quarantine.queries import mine
from ..series import store
from ..series.models import Correction
from ..series.moments import INSTANT
from .domain import Whereabouts, of_stored


@dataclass(slots=True)
class Found:
    """`asked` is the value in question as the KPI would have it, if one is. `quarantined` and `dropped` are of the
    caller's organisation.
    """

    kpi_id: UUID | None = None
    asked: float | None = None
    value: float | None = None
    corrections: Sequence[Correction] = ()
    quarantined: Sequence[QuarantinedSample] = ()
    dropped: Sequence[QuarantineDrop] = field(default_factory=tuple)

    @property
    def state(self) -> Whereabouts:
        stored = None
        if self.value is not None:
            stored = of_stored(self.value, [each.replaced for each in self.corrections], self.asked)
        if stored not in (None, Whereabouts.REJECTED):
            return stored
        if self.quarantined:
            return Whereabouts.QUARANTINED
        if stored is not None:
            return stored
        return Whereabouts.DROPPED if self.dropped else Whereabouts.UNKNOWN


async def by_kpi(session: AsyncSession, member: Member, kpi_id: UUID, at: datetime, asked: float | None) -> Found:
    points = await store.read_range(session, member.partnership_id, kpi_id, since=at, until=at + INSTANT, limit=1)
    query = (
        select(Correction)
        .where(Correction.partnership_id == member.partnership_id, Correction.kpi_id == kpi_id, Correction.at == at)
        .order_by(Correction.corrected_at, Correction.id)
    )
    corrections = (await session.execute(query)).scalars().all()
    return Found(kpi_id, asked, points[0][1] if points else None, corrections)


async def by_series(
    session: AsyncSession, member: Member, name: str, labels: Labels, at: datetime, asked: float | None
) -> Found:
    """By the rules that hold now; a sample may be stored and in quarantine, if it was sent before and after a rule."""
    rule = (await mappings.ruleset(session, member.partnership_id)).match(name, labels).rule
    found = Found()
    if rule is not None:
        scaled = None if asked is None else asked * rule.scale + rule.offset
        found = await by_kpi(session, member, rule.kpi_id, at, scaled)
    key, series, sample, drop = digest(name, labels), QuarantinedSeries, QuarantinedSample, QuarantineDrop
    held = (
        select(sample)
        .join(series, (series.partnership_id == sample.partnership_id) & (series.id == sample.series_id))
        .where(*mine(member, sample), series.organisation_id == member.organisation_id, series.digest == key)
        .where(sample.at == at)
        .order_by(sample.position)
    )
    if asked is not None:
        held = held.where(sample.value == asked)
    found.quarantined = (await session.execute(held)).scalars().all()
    dropped = (
        select(drop)
        .where(*mine(member, drop), drop.digest == key, drop.first_at <= at, drop.last_at >= at)
        .order_by(drop.dropped_at)
    )
    found.dropped = (await session.execute(dropped)).scalars().all()
    return found
