"""What goals are judged against, loaded for many at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnExpressionArgument, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.objectives.models import KpiProgress, Objective, ObjectiveRevision
from entente_objectives.partnerships.models import Member
from entente_shared.timers import partnership_now

from .domain.attainability import Record
from .domain.findings import Kin, Surroundings
from .domain.goals import Draft
from .models import Goal, GoalEdge


@dataclass(frozen=True)
class Ground:
    """`kin`: goals that drafts name as parents, those of the same request among them. `measured`: objective -> goal."""

    now: datetime
    kin: Mapping[UUID, Kin]
    children: Mapping[UUID, list[Kin]]
    owners: Collection[UUID]
    objectives: Mapping[UUID, Record]
    measured: Mapping[UUID, UUID]

    def around(self, goal_id: UUID, draft: Draft, standing_due_at: datetime | None = None) -> Surroundings:
        return Surroundings(
            now=self.now,
            parents={parent: self.kin[parent] for parent in draft.served if parent in self.kin},
            children=self.children.get(goal_id, ()),
            owners=self.owners,
            objectives=self.objectives,
            measured={objective for objective, goal in self.measured.items() if goal != goal_id},
            standing_due_at=standing_due_at,
        )


async def load_ground(session: AsyncSession, partnership_id: UUID, drafts: Mapping[UUID, Draft]) -> Ground:
    """`drafts` by the ids of their goals, new ones or standing ones."""
    named = {parent for draft in drafts.values() for parent in draft.served}
    objective_ids = {draft.objective_id for draft in drafts.values() if draft.objective_id}
    measured = {
        row.objective_id: row.id
        for row in await _rows(session, Goal, partnership_id, Goal.objective_id.in_(objective_ids), ~Goal.archived)
    }
    for goal_id, draft in drafts.items():
        if draft.objective_id is not None:
            measured.setdefault(draft.objective_id, goal_id)
    asked = {draft.owner_member_id for draft in drafts.values() if draft.owner_member_id}
    owners = await _rows(session, Member, partnership_id, Member.id.in_(asked), Member.active)
    return Ground(
        now=await partnership_now(session, partnership_id),
        kin={**await _kin(session, partnership_id, named - drafts.keys()), **_kin_among(drafts)},
        children=await _children(session, partnership_id, drafts.keys()),
        owners={owner.id for owner in owners},
        objectives=await _records(session, partnership_id, objective_ids),
        measured=measured,
    )


async def _rows(
    session: AsyncSession, model: Any, partnership_id: UUID, *conditions: ColumnExpressionArgument[bool]
) -> list[Any]:
    return list(await session.scalars(select(model).where(model.partnership_id == partnership_id, *conditions)))


async def _kin(session: AsyncSession, partnership_id: UUID, ids: Collection[UUID]) -> dict[UUID, Kin]:
    found = await _rows(session, Goal, partnership_id, Goal.id.in_(ids), ~Goal.archived)
    return {goal.id: Kin(goal.statement, goal.level, goal.due_at) for goal in found}


def _kin_among(drafts: Mapping[UUID, Draft]) -> dict[UUID, Kin]:
    """Drafts that lack what would bound their children have findings of their own; the children are not blamed for it."""
    return {
        goal_id: Kin(draft.statement, draft.level, draft.due_at)
        for goal_id, draft in drafts.items()
        if draft.statement is not None and draft.level is not None and draft.due_at is not None
    }


async def _children(session: AsyncSession, partnership_id: UUID, ids: Collection[UUID]) -> dict[UUID, list[Kin]]:
    here = (GoalEdge.partnership_id == Goal.partnership_id) & (GoalEdge.child_id == Goal.id)
    statement = (
        select(GoalEdge.parent_id, Goal.statement, Goal.level, Goal.due_at)
        .join(Goal, here)
        .where(GoalEdge.partnership_id == partnership_id, GoalEdge.parent_id.in_(ids))
        .order_by(Goal.id)
    )
    found = defaultdict[UUID, list[Kin]](list)
    for parent_id, says, level, due_at in await session.execute(statement):
        found[parent_id].append(Kin(says, level, due_at))
    return found


async def _records(session: AsyncSession, partnership_id: UUID, ids: Collection[UUID]) -> dict[UUID, Record]:
    """The objectives of the present charter among these, with what was reached."""
    if not ids:
        return {}
    standing = await _rows(session, Objective, partnership_id, Objective.id.in_(ids), Objective.active)
    revisions = await _rows(session, ObjectiveRevision, partnership_id, ObjectiveRevision.objective_id.in_(ids))
    progress = await _rows(session, KpiProgress, partnership_id, KpiProgress.objective_id.in_(ids))
    reached = {row.objective_id: (row.at, row.value, row.progress) for row in progress}
    baselines = defaultdict[UUID, list[float]](list)
    for row in revisions:
        baselines[row.objective_id].append(row.baseline)
    return {
        row.id: Record(row.target, row.starts_at, row.due_at, tuple(baselines[row.id]), reached.get(row.id))
        for row in standing
    }
