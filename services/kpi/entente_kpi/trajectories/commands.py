"""Follow the objectives' trajectories: the newest one of a KPI comes into force at the partnership's present."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.db import upsert_newer
from entente_shared.events.objectives import TrajectoryChanged
from entente_shared.timers import partnership_now

from ..definitions.domain import KpiStatus
from ..evaluation import commands as evaluation
from ..evaluation import queries as tracks
from ..evaluation.queries import Tracked
from . import domain, queries
from .models import ObjectiveTrajectory, PathSegment


async def follow_trajectory(session: AsyncSession, event: TrajectoryChanged, version: int) -> None:
    """An older version than the known one is ignored. The KPI that the objective was tied to before is seen to too."""
    key = {"partnership_id": event.partnership_id, "objective_id": event.objective_id}
    before = await session.scalar(select(ObjectiveTrajectory.kpi_id).filter_by(**key))
    names = ("kpi_id", "title", "baseline", "target", "starts_at", "due_at", "revision", "active")
    values = {name: getattr(event, name) for name in names}
    values["curve"], values["steps"] = domain.Curve(event.curve), [step.model_dump() for step in event.steps]
    values["band_low"], values["band_high"] = (event.band.low, event.band.high) if event.band else (None, None)
    if await upsert_newer(session, ObjectiveTrajectory, key, values, version):
        kpi_ids = {event.kpi_id, before or event.kpi_id}
        for tracked in await tracks.lock(session, event.partnership_id, kpi_ids):
            await bring_into_force(session, tracked)


async def bring_into_force(session: AsyncSession, tracked: Tracked) -> None:
    """Let the KPI be governed from now on by what is agreed now, and evaluate what that concerns. A draft has to wait."""
    if tracked.kpi.status == KpiStatus.DRAFT:
        return
    partnership_id, kpi_id = tracked.kpi.partnership_id, tracked.kpi.id
    path = (await queries.load_paths(session, partnership_id, [kpi_id]))[kpi_id]
    agreed = domain.governing(await queries.load_candidates(session, partnership_id, kpi_id))
    segment = domain.extend(path, agreed, await partnership_now(session, partnership_id))
    if segment is None:
        return
    session.add(_row(tracked, len(path.segments) + 1, segment))
    tracked.track.plan_version += 1
    await session.flush()
    reason = "The trajectory was changed" if segment.trajectory else "The objective was withdrawn"
    change = evaluation.Change(segment.effective_from, [], reason)
    await evaluation.evaluate(session, partnership_id, [tracked], {kpi_id: change})


def _row(tracked: Tracked, number: int, segment: domain.Segment) -> PathSegment:
    agreed = segment.trajectory
    return PathSegment(
        partnership_id=tracked.kpi.partnership_id,
        kpi_id=tracked.kpi.id,
        number=number,
        effective_from=segment.effective_from,
        objective_id=agreed and agreed.objective_id,
        revision=agreed and agreed.revision,
        baseline=agreed and agreed.baseline,
        target=agreed and agreed.target,
        starts_at=agreed and agreed.starts_at,
        due_at=agreed and agreed.due_at,
        curve=agreed and agreed.curve,
        steps=agreed and [asdict(step) for step in agreed.steps],
        band_low=agreed and agreed.band and agreed.band.low,
        band_high=agreed and agreed.band and agreed.band.high,
    )
