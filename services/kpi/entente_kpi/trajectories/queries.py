"""The path that each KPI was held against."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, NotFound

from .domain import Band, Path, Segment, Step, Trajectory
from .models import ObjectiveTrajectory, PathSegment

T = TypeVar("T")


class NoTrajectory(NotFound):
    slug = "no-trajectory"
    title = N_("Nothing is agreed for this KPI")


class InForce(NamedTuple):
    effective_from: datetime
    trajectory: Trajectory


async def load_paths(session: AsyncSession, partnership_id: UUID, kpi_ids: Collection[UUID]) -> dict[UUID, Path]:
    """The path of each KPI; an empty one where no objective was ever tied to it."""
    rows = await session.scalars(
        select(PathSegment)
        .where(PathSegment.partnership_id == partnership_id, PathSegment.kpi_id.in_(kpi_ids))
        .order_by(PathSegment.kpi_id, PathSegment.number)
    )
    segments: dict[UUID, list[Segment]] = {kpi_id: [] for kpi_id in kpi_ids}
    for row in rows:
        segments[row.kpi_id].append(Segment(row.effective_from, _trajectory(row) if row.objective_id else None))
    return {kpi_id: Path(known) for kpi_id, known in segments.items()}


async def load_current(session: AsyncSession, partnership_id: UUID, kpi_id: UUID) -> InForce:
    """What a KPI is held against now. Raises NoTrajectory."""
    path = (await load_paths(session, partnership_id, [kpi_id]))[kpi_id]
    if path.current is None:
        raise NoTrajectory(N_("No signed objective is tied to this KPI; sign a charter that has one."))
    return InForce(path.segments[-1].effective_from, path.current)


async def load_candidates(session: AsyncSession, partnership_id: UUID, kpi_id: UUID) -> list[Trajectory]:
    """The active trajectories of the objectives that are tied to a KPI."""
    rows = await session.scalars(
        select(ObjectiveTrajectory).where(
            ObjectiveTrajectory.partnership_id == partnership_id,
            ObjectiveTrajectory.kpi_id == kpi_id,
            ObjectiveTrajectory.active,
        )
    )
    return [_trajectory(row) for row in rows]


async def load_title(session: AsyncSession, partnership_id: UUID, objective_id: UUID) -> str:
    row = await session.get_one(ObjectiveTrajectory, (partnership_id, objective_id))
    return row.title


def _trajectory(row: ObjectiveTrajectory | PathSegment) -> Trajectory:
    """What a row says that names an objective, and therefore everything."""
    return Trajectory(
        objective_id=_there(row.objective_id),
        revision=_there(row.revision),
        baseline=_there(row.baseline),
        target=_there(row.target),
        starts_at=_there(row.starts_at),
        due_at=_there(row.due_at),
        curve=_there(row.curve),
        steps=tuple(Step(**step) for step in _there(row.steps)),
        band=None if row.band_low is None or row.band_high is None else Band(row.band_low, row.band_high),
    )


def _there(value: T | None) -> T:
    assert value is not None, "a row that names an objective says all of its trajectory"
    return value
