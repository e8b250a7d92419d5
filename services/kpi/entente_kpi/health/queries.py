"""The health index of now, from one row per KPI and per reading, and what it was."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, NotFound
from entente_shared.timers import partnership_now
from entente_shared.web import paginate

from ..evaluation.models import Track
from ..scorecard import queries as scorecard
from . import domain
from .domain import Component, Index
from .models import HealthReading, HealthRecord, OpenCase, ResolvedCommitment


class HealthUnknown(NotFound):
    slug = "health-unknown"
    title = N_("Nothing of this partnership's health was measured yet")


@dataclass(frozen=True, slots=True)
class Measured:
    """`source_id` names the survey, the allocation or the newest commitment that it comes from."""

    value: float
    measured_at: datetime | None
    source_id: UUID | None


@dataclass(frozen=True, slots=True)
class Assessed:
    index: Index
    measured: dict[Component, Measured]

    @property
    def values(self) -> dict[Component, float]:
        return {component: each.value for component, each in self.measured.items()}


async def assess(session: AsyncSession, partnership_id: UUID) -> Assessed | None:
    """None where nothing was measured."""
    cards = await scorecard.load_cards(session, partnership_id)
    measured = {
        Component(row.component): Measured(row.value, row.measured_at, row.source_id)
        for row in await session.scalars(select(HealthReading).where(HealthReading.partnership_id == partnership_id))
    }
    attained = domain.attainment(card.standing for card in cards)
    if attained is not None:
        newest = max(card.standing.assessment.at for card in cards if card.standing.assessment)
        measured[Component.ATTAINMENT] = Measured(attained, newest, None)
    kept = await _reliability(session, partnership_id)
    if kept is not None:
        measured[Component.RELIABILITY] = kept
    levels = await session.scalars(select(OpenCase.level).where(OpenCase.partnership_id == partnership_id))
    measured[Component.CONFLICT_LOAD] = Measured(domain.conflict_load(levels), None, None)
    index = domain.index({component: each.value for component, each in measured.items()})
    return Assessed(index, measured) if index else None


async def _reliability(session: AsyncSession, partnership_id: UUID) -> Measured | None:
    of_partnership = ResolvedCommitment.partnership_id == partnership_id
    found = (await session.scalars(select(ResolvedCommitment).where(of_partnership))).all()
    value = domain.reliability(
        ((each.kept, each.due_at) for each in found), await partnership_now(session, partnership_id)
    )
    newest = max(found, key=lambda each: each.resolved_at, default=None)
    return None if value is None or newest is None else Measured(value, newest.resolved_at, newest.commitment_id)


async def get_health(session: AsyncSession, partnership_id: UUID) -> Assessed:
    found = await assess(session, partnership_id)
    if found is None:
        raise HealthUnknown(
            N_("Push samples of a KPI that an objective is tied to, hold a survey, or publish an allocation first.")
        )
    return found


async def is_moving(session: AsyncSession, partnership_id: UUID, within: timedelta) -> bool:
    """Whether the progress of any KPI was published within so long a time (Postgres')."""
    recent: ColumnElement[bool] = Track.progress_published_at > func.clock_timestamp() - within
    found = await session.scalar(select(Track.kpi_id).where(Track.partnership_id == partnership_id, recent).limit(1))
    return found is not None


async def list_records(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[HealthRecord], str | None]:
    """One page from the newest on, and the next cursor."""
    of_partnership = select(HealthRecord).where(HealthRecord.partnership_id == partnership_id)
    return await paginate(session, of_partnership, HealthRecord.id, cursor, limit, ascending=False)
