"""Writes of objectives: what the charter says, and every later change of a path with its reason."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.terms.domain import ObjectiveTerm
from entente_shared.db import upsert_newer
from entente_shared.events.kpi import ProgressChanged
from entente_shared.events.objectives import Band, PlannedStep, TrajectoryChanged
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from . import domain, queries
from .domain import Path
from .models import KpiProgress, Objective, ObjectiveRevision, Rebaseline


@dataclass(frozen=True)
class Reason:
    """Why a path changed, and the saga and the event that it is a consequence of (None: those being handled)."""

    text: str
    decision_id: UUID | None = None
    case_id: UUID | None = None
    correlation_id: UUID | None = None
    causation_id: UUID | None = None


async def follow_charter(
    session: AsyncSession,
    partnership_id: UUID,
    version: int,
    terms: Sequence[ObjectiveTerm],
    replaced: Sequence[ObjectiveTerm],
) -> None:
    """Make the objectives those of the charter. A path that an amendment left as it was stays what it is by now."""
    now = await partnership_now(session, partnership_id)
    reason = Reason(f"Charter, version {version}")
    statement = select(Objective).where(Objective.partnership_id == partnership_id, Objective.active).with_for_update()
    standing = {(row.key, row.kpi_id): row for row in (await session.execute(statement)).scalars()}
    named = {(term.key, term.kpi_id) for term in terms}
    before = {(term.key, term.kpi_id): term.path for term in replaced}
    for identity, objective in standing.items():
        if identity not in named:
            objective.active = False
            _publish(session, objective, reason)
    await session.flush()  # a KPI is free for a new objective once the old one has gone
    for term in terms:
        known = standing.get((term.key, term.kpi_id))
        if known is None:
            _establish(session, partnership_id, version, term, reason=reason, now=now)
            continue
        known.title, known.charter_version = term.title, version
        if term.path != before.get((term.key, term.kpi_id)):
            revise(session, known, term.path, reason, now)
        else:
            _publish(session, known, reason)


def _establish(
    session: AsyncSession, partnership_id: UUID, version: int, term: ObjectiveTerm, *, reason: Reason, now: datetime
) -> None:
    objective = Objective(
        partnership_id=partnership_id,
        id=new_id(),
        key=term.key,
        title=term.title,
        kpi_id=term.kpi_id,
        revision=0,
        first_baseline=term.baseline,
        charter_version=version,
        active=True,
    )
    session.add(objective)
    revise(session, objective, term.path, reason, now)


def revise(session: AsyncSession, objective: Objective, path: Path, reason: Reason, now: datetime) -> None:
    """Give `objective` (locked) a new path. Its first baseline stays what it was."""
    domain.check_path(path)
    objective.baseline, objective.target = path.baseline, path.target
    objective.starts_at, objective.due_at = path.starts_at, path.due_at
    shape = _shape(path)
    for column, value in shape.items():
        setattr(objective, column, value)
    objective.revision += 1
    session.add(
        ObjectiveRevision(
            partnership_id=objective.partnership_id,
            id=new_id(),
            objective_id=objective.id,
            revision=objective.revision,
            baseline=path.baseline,
            target=path.target,
            starts_at=path.starts_at,
            due_at=path.due_at,
            **shape,
            reason=reason.text,
            decision_id=reason.decision_id,
            case_id=reason.case_id,
            revised_at=now,
        )
    )
    _publish(session, objective, reason)


def _shape(path: Path) -> dict[str, Any]:
    """The columns of a path beyond its ends."""
    low, high = (path.band.low, path.band.high) if path.band else (None, None)
    return {
        "curve": path.curve,
        "steps": [asdict(step) for step in path.steps],
        "band_low": low,
        "band_high": high,
    }


def _publish(session: AsyncSession, objective: Objective, reason: Reason) -> None:
    path = queries.path_of(objective)
    publish(
        session,
        TrajectoryChanged(
            partnership_id=objective.partnership_id,
            objective_id=objective.id,
            kpi_id=objective.kpi_id,
            title=objective.title,
            baseline=objective.baseline,
            target=objective.target,
            starts_at=objective.starts_at,
            due_at=objective.due_at,
            curve=objective.curve,
            revision=objective.revision,
            first_baseline=objective.first_baseline,
            reason=reason.text,
            decision_id=reason.decision_id,
            active=objective.active,
            steps=[PlannedStep(**asdict(step)) for step in path.steps],
            band=Band(low=path.band.low, high=path.band.high) if path.band else None,
        ),
        correlation_id=reason.correlation_id,
        causation_id=reason.causation_id,
    )


async def rebaseline(
    session: AsyncSession,
    partnership_id: UUID,
    objective_id: UUID,
    *,
    baseline: float,
    target: float,
    due_at: datetime,
    reason: Reason,
    now: datetime,
) -> None:
    """Start a new path at `now`, along the same curve. An objective that has left the charter meanwhile is passed over."""
    objective = await queries.load_objective(session, partnership_id, objective_id, lock=True)
    if objective.active:
        path = queries.path_of(objective).moved(baseline, target, now, due_at)
        revise(session, objective, path, reason, now)


async def carry_out_rebaseline(
    session: AsyncSession, partnership_id: UUID, rebaseline_id: UUID, reason: Reason, now: datetime
) -> None:
    """Give the objective the path that was asked for and approved."""
    request = await session.get_one(Rebaseline, (partnership_id, rebaseline_id))
    await rebaseline(
        session,
        partnership_id,
        request.objective_id,
        baseline=request.baseline,
        target=request.target,
        due_at=request.due_at,
        reason=reason,
        now=now,
    )


async def note_progress(session: AsyncSession, event: ProgressChanged, version: int) -> None:
    values = event.model_dump(include={"objective_id", "at", "value", "progress", "planned", "deviation", "state"})
    key = {"partnership_id": event.partnership_id, "kpi_id": event.kpi_id}
    await upsert_newer(session, KpiProgress, key, {**values, "state": event.state.value}, version)
