"""Variance reviews, and what they are made from."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.plumbing import membership
from entente_shared.web import paginate

from ..definitions.models import Kpi
from ..deviations.models import Deviation
from ..trajectories.models import ObjectiveTrajectory
from .domain import ReviewNotFound
from .models import ReviewAction, VarianceFinding, VarianceReview


@dataclass(frozen=True, slots=True)
class Review:
    """A review with all that belongs to it, by rising ids."""

    row: VarianceReview
    findings: list[VarianceFinding]
    actions: list[ReviewAction]


async def load(session: AsyncSession, partnership_id: UUID, review_id: UUID, *, lock: bool = False) -> Review:
    """Raises ReviewNotFound."""
    row = await session.get(
        VarianceReview, (partnership_id, review_id), with_for_update=lock or None, populate_existing=True
    )
    if row is None:
        raise ReviewNotFound(N_("No review of this partnership has this id; GET .../variance-reviews lists them."))
    of_it = {"partnership_id": partnership_id, "review_id": review_id}
    findings = await session.scalars(select(VarianceFinding).filter_by(**of_it).order_by(VarianceFinding.kpi_id))
    actions = await session.scalars(select(ReviewAction).filter_by(**of_it).order_by(ReviewAction.id))
    return Review(row, list(findings), list(actions))


async def list_reviews(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[VarianceReview], str | None]:
    """One page from the newest on, and the next cursor."""
    of_partnership = select(VarianceReview).where(VarianceReview.partnership_id == partnership_id)
    return await paginate(session, of_partnership, VarianceReview.id, cursor, limit, ascending=False)


async def load_kpis(session: AsyncSession, partnership_id: UUID, wanted: Collection[UUID] | None) -> list[UUID]:
    """The ids of the KPIs that are there, of those `wanted` (None: of all), by rising id."""
    statement = select(Kpi.id).where(Kpi.partnership_id == partnership_id).order_by(Kpi.id)
    if wanted is not None:
        statement = statement.where(Kpi.id.in_(wanted))
    return list(await session.scalars(statement))


async def load_deviations(
    session: AsyncSession, partnership_id: UUID, since: datetime, until: datetime
) -> dict[UUID, list[UUID]]:
    """By KPI: the deviations that stood at any time in the period."""
    rows = await session.execute(
        select(Deviation.kpi_id, Deviation.id)
        .where(
            Deviation.partnership_id == partnership_id,
            ~Deviation.annulled,
            Deviation.opened_at < until,
            Deviation.closed_at.is_(None) | (Deviation.closed_at > since),
        )
        .order_by(Deviation.opened_at)
    )
    found: dict[UUID, list[UUID]] = {}
    for row in rows:
        found.setdefault(row.kpi_id, []).append(row.id)
    return found


async def find_party(session: AsyncSession, partnership_id: UUID, member_id: UUID) -> UUID | None:
    """The party that a person acts for as this member."""
    found: UUID | None = await session.scalar(
        select(membership.c.party_id).where(
            membership.c.partnership_id == partnership_id,
            membership.c.member_id == member_id,
            membership.c.person_id.is_not(None),
            membership.c.active,
        )
    )
    return found


async def is_objective(session: AsyncSession, partnership_id: UUID, objective_id: UUID) -> bool:
    return await session.get(ObjectiveTrajectory, (partnership_id, objective_id)) is not None
