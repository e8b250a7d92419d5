"""Reads of adjustments and of their damping."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, NotFound
from entente_shared.web import CurrentMember, CurrentSession

from .domain.damping import Damping
from .domain.states import UNDECIDED, State
from .models import Adjustment, KpiDamping


class AdjustmentNotFound(NotFound):
    slug, title = "adjustment-not-found", N_("There is no such adjustment")


def of_partnership(
    partnership_id: UUID, *, state: State | None = None, kpi_id: UUID | None = None, deviation_id: UUID | None = None
) -> Select[Adjustment]:
    statement = select(Adjustment).where(Adjustment.partnership_id == partnership_id)
    if state is not None:
        statement = statement.where(Adjustment.state == state)
    if kpi_id is not None:
        statement = statement.where(Adjustment.kpi_id == kpi_id)
    if deviation_id is not None:
        statement = statement.where(Adjustment.deviation_id == deviation_id)
    return statement


async def load(session: AsyncSession, partnership_id: UUID, adjustment_id: UUID) -> Adjustment | None:
    return await session.get(Adjustment, (partnership_id, adjustment_id))


async def load_undecided(
    session: AsyncSession, partnership_id: UUID, *, kpi_id: UUID | None = None, deviation_id: UUID | None = None
) -> Adjustment | None:
    """The one of a KPI, or of a deviation."""
    wanted = of_partnership(partnership_id, kpi_id=kpi_id, deviation_id=deviation_id)
    found: Adjustment | None = await session.scalar(wanted.where(Adjustment.state.in_(UNDECIDED)))
    return found


async def awaiting_charter(session: AsyncSession, partnership_id: UUID) -> dict[UUID, datetime]:
    """Those that wait for a charter, and since when."""
    rows = await session.execute(
        of_partnership(partnership_id, state=State.AWAITING_CHARTER).with_only_columns(
            Adjustment.id, Adjustment.created_at
        )
    )
    return {row.id: row.created_at for row in rows}


async def load_latest_of(session: AsyncSession, partnership_id: UUID, deviation_id: UUID) -> Adjustment | None:
    """What a deviation was answered with most recently."""
    answers = of_partnership(partnership_id, deviation_id=deviation_id)
    found: Adjustment | None = await session.scalar(answers.order_by(Adjustment.created_at.desc()).limit(1))
    return found


async def load_damping(session: AsyncSession, partnership_id: UUID, kpi_id: UUID) -> Damping:
    row = await session.get(KpiDamping, (partnership_id, kpi_id))
    return Damping() if row is None else Damping(row.penalty, row.at, row.suppressed)


async def automatic_at(session: AsyncSession, partnership_id: UUID) -> list[tuple[UUID | None, datetime]]:
    """KPI and event time of what was applied without a vote, the latest last."""
    rows = await session.execute(
        select(Adjustment.kpi_id, Adjustment.event_time)
        .where(Adjustment.partnership_id == partnership_id, Adjustment.automatic)
        .order_by(Adjustment.event_time)
    )
    return [(kpi_id, at) for kpi_id, at in rows]


async def _loaded(adjustment_id: UUID, member: CurrentMember, session: CurrentSession) -> Adjustment:
    found = await load(session, member.partnership_id, adjustment_id)
    if found is None:
        raise AdjustmentNotFound(N_("No adjustment of this partnership has this id; GET .../adjustments lists them."))
    return found


LoadedAdjustment = Annotated[Adjustment, Depends(_loaded)]
adjustments_by_id = Adjustment.id
