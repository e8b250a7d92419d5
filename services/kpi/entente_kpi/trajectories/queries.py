"""The path that each KPI was held against."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .domain import Path, Segment, Trajectory
from .models import ObjectiveTrajectory, PathSegment


async def load_paths(session: AsyncSession, partnership_id: UUID, kpi_ids: Collection[UUID]) -> dict[UUID, Path]:
    """The path of each KPI; an empty one where no objective was ever tied to it."""
    rows = await session.scalars(
        select(PathSegment)
        .where(PathSegment.partnership_id == partnership_id, PathSegment.kpi_id.in_(kpi_ids))
        .order_by(PathSegment.kpi_id, PathSegment.number)
    )
    segments: dict[UUID, list[Segment]] = {kpi_id: [] for kpi_id in kpi_ids}
    for row in rows:
        segments[row.kpi_id].append(Segment(row.effective_from, _trajectory(row)))
    return {kpi_id: Path(known) for kpi_id, known in segments.items()}


async def load_candidates(session: AsyncSession, partnership_id: UUID, kpi_id: UUID) -> list[Trajectory]:
    """The active trajectories of the objectives that are tied to a KPI."""
    rows = await session.scalars(
        select(ObjectiveTrajectory).where(
            ObjectiveTrajectory.partnership_id == partnership_id,
            ObjectiveTrajectory.kpi_id == kpi_id,
            ObjectiveTrajectory.active,
        )
    )
    return [
        Trajectory(row.objective_id, row.revision, row.baseline, row.target, row.starts_at, row.due_at) for row in rows
    ]


async def load_title(session: AsyncSession, partnership_id: UUID, objective_id: UUID) -> str:
    row = await session.get_one(ObjectiveTrajectory, (partnership_id, objective_id))
    return row.title


def _trajectory(row: PathSegment) -> Trajectory | None:
    if row.objective_id is None or row.revision is None or row.baseline is None or row.target is None:
        return None
    if row.starts_at is None or row.due_at is None:
        return None
    return Trajectory(row.objective_id, row.revision, row.baseline, row.target, row.starts_at, row.due_at)
