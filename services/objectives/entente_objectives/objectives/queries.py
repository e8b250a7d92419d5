"""Reads of objectives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, NotFound
from entente_shared.web import CurrentMember, CurrentSession, paginate

from .domain import Direction, Path, Step
from .models import KpiProgress, Objective, ObjectiveRevision


@dataclass(frozen=True)
class Shown:
    """An objective with its latest progress."""

    row: Objective
    progress: KpiProgress | None

    @property
    def direction(self) -> Direction:
        return path_of(self.row).direction

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def path_of(objective: Objective | ObjectiveRevision) -> Path:
    steps = tuple(Step(**step) for step in objective.steps)
    ends = (objective.baseline, objective.target, objective.starts_at, objective.due_at)
    return Path(*ends, objective.curve, steps, objective.band)


async def with_progress(session: AsyncSession, partnership_id: UUID, rows: Sequence[Objective]) -> list[Shown]:
    found = await session.execute(
        select(KpiProgress).where(
            KpiProgress.partnership_id == partnership_id, KpiProgress.objective_id.in_([row.id for row in rows])
        )
    )
    progress = {row.objective_id: row for row in found.scalars()}
    return [Shown(row, progress.get(row.id)) for row in rows]


async def list_objectives(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(Objective).where(Objective.partnership_id == partnership_id)
    rows, next_cursor = await paginate(session, statement, Objective.id, cursor, limit)
    return await with_progress(session, partnership_id, rows), next_cursor


async def list_revisions(
    session: AsyncSession, objective: Objective, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(ObjectiveRevision).where(
        ObjectiveRevision.partnership_id == objective.partnership_id, ObjectiveRevision.objective_id == objective.id
    )
    return await paginate(session, statement, ObjectiveRevision.id, cursor, limit)


async def first_path(session: AsyncSession, objective: Objective) -> Path:
    """The one that it began with, which never changes."""
    statement = select(ObjectiveRevision).where(
        ObjectiveRevision.partnership_id == objective.partnership_id,
        ObjectiveRevision.objective_id == objective.id,
        ObjectiveRevision.revision == 1,
    )
    return path_of((await session.execute(statement)).scalar_one())


async def load_objective(
    session: AsyncSession, partnership_id: UUID, objective_id: UUID, *, lock: bool = False
) -> Objective:
    found = await session.get(Objective, (partnership_id, objective_id), with_for_update=lock or None)
    if found is None:
        raise NotFound(N_("There is no such objective; GET .../objectives lists them."))
    return found


async def is_objective(session: AsyncSession, partnership_id: UUID, objective_id: UUID | None) -> bool:
    """Whether what is said to be for the sake of an objective can be; None is for the sake of none."""
    return objective_id is None or await session.get(Objective, (partnership_id, objective_id)) is not None


async def _loaded(objective_id: UUID, member: CurrentMember, session: CurrentSession) -> Objective:
    return await load_objective(session, member.partnership_id, objective_id)


async def _locked(objective_id: UUID, member: CurrentMember, session: CurrentSession) -> Objective:
    return await load_objective(session, member.partnership_id, objective_id, lock=True)


LoadedObjective = Annotated[Objective, Depends(_loaded)]
LockedObjective = Annotated[Objective, Depends(_locked)]
