"""A KPI with its rule and its track, as the commands that write them need it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import kpi as events

from ..definitions.models import Kpi, ThresholdRule
from . import domain
from .models import Track


@dataclass(frozen=True, slots=True)
class Tracked:
    """`read_at` is Postgres time."""

    kpi: Kpi
    threshold: ThresholdRule
    track: Track
    read_at: datetime

    @property
    def rule(self) -> domain.Rule:
        row = self.threshold
        durations = (row.hold, row.keep, row.stale_after, row.evaluation_delay)
        return domain.Rule(row.theta_on, row.theta_off, *durations, _burn(row.burn) if row.burn else None)

    @property
    def machine(self) -> domain.Machine:
        return domain.Machine(domain.State(self.track.state), self.track.since, self.track.until)

    @property
    def shown(self) -> domain.State:
        """The state that the world sees: silence lies over the machine's."""
        return domain.State.NO_DATA if self.track.silent else domain.State(self.track.state)

    @property
    def contested(self) -> bool:
        """Samples are disputed: values are provisional, and automation is frozen."""
        return self.track.contests > 0


def _burn(stored: dict[str, Any]) -> domain.BurnRate:
    burn = events.BurnRate.model_validate(stored)
    windows = (domain.BurnWindow(each.factor, each.long, each.short) for each in burn.windows)
    return domain.BurnRate(burn.allowed, tuple(windows))


async def lock(session: AsyncSession, partnership_id: UUID, kpi_ids: Collection[UUID]) -> list[Tracked]:
    """Lock the tracks of KPIs, in one order, until the transaction ends. Unknown KPIs are left out."""
    return await _load(session, _select(partnership_id, kpi_ids).with_for_update(of=Track))


async def lock_one(session: AsyncSession, partnership_id: UUID, kpi_id: UUID) -> Tracked | None:
    return next(iter(await lock(session, partnership_id, [kpi_id])), None)


async def read(session: AsyncSession, partnership_id: UUID, kpi_ids: Collection[UUID]) -> list[Tracked]:
    return await _load(session, _select(partnership_id, kpi_ids))


def _select(partnership_id: UUID, kpi_ids: Collection[UUID]) -> Select[Kpi, ThresholdRule, Track, datetime]:
    same = Track.partnership_id
    return (
        select(Kpi, ThresholdRule, Track, func.clock_timestamp())
        .join(Kpi, (Kpi.partnership_id == same) & (Kpi.id == Track.kpi_id))
        .join(ThresholdRule, (ThresholdRule.partnership_id == same) & (ThresholdRule.kpi_id == Track.kpi_id))
        .where(same == partnership_id, Track.kpi_id.in_(kpi_ids))
        .order_by(Track.kpi_id)
    )


async def _load(session: AsyncSession, statement: Select[Kpi, ThresholdRule, Track, datetime]) -> list[Tracked]:
    rows = await session.execute(statement.execution_options(populate_existing=True))
    return [Tracked(kpi, threshold, track, read_at) for kpi, threshold, track, read_at in rows]
