"""Reads of goals, and the lock that their writes take."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.web import CurrentMember, CurrentSession, paginate

from .domain.goals import Draft, GoalArchived, Level, NoGoal, Parent
from .models import Goal, GoalEdge, GoalForest, GoalRevision, GoalWeight
from .schemas import AnchorBody, GoalRead, ParentBody


async def lock_forest(session: AsyncSession, partnership_id: UUID) -> int:
    """Have the partnership's goals to oneself until the end of the transaction; returns their new version.

    Writes of goals come one after the other, since two that are right alone can close a circle together.
    """
    row = insert(GoalForest).values(partnership_id=partnership_id, version=1)
    locked = row.on_conflict_do_update(index_elements=["partnership_id"], set_={"version": GoalForest.version + 1})
    version: int = (await session.execute(locked.returning(GoalForest.version))).scalar_one()
    return version


async def count_goals(session: AsyncSession, partnership_id: UUID) -> int:
    counted = select(func.count()).where(Goal.partnership_id == partnership_id)
    return int((await session.execute(counted)).scalar_one())


async def load_goal(session: AsyncSession, partnership_id: UUID, goal_id: UUID) -> Goal:
    found = await session.get(Goal, (partnership_id, goal_id))
    if found is None:
        raise NoGoal(N_("There is no such goal; GET .../goals lists them."))
    return found


async def parents_of(
    session: AsyncSession, partnership_id: UUID, goal_ids: Collection[UUID]
) -> dict[UUID, list[Parent]]:
    statement = (
        select(GoalEdge.child_id, GoalEdge.parent_id, GoalEdge.weight)
        .where(GoalEdge.partnership_id == partnership_id, GoalEdge.child_id.in_(goal_ids))
        .order_by(GoalEdge.child_id, GoalEdge.parent_id)
    )
    found = defaultdict[UUID, list[Parent]](list)
    for child_id, parent_id, weight in await session.execute(statement):
        found[child_id].append(Parent(parent_id, weight))
    return found


async def lineage(session: AsyncSession, partnership_id: UUID, goal_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """The graph above these goals: each of them and each of their ancestors, to its parents."""
    above = (
        select(GoalEdge.child_id, GoalEdge.parent_id)
        .where(GoalEdge.partnership_id == partnership_id, GoalEdge.child_id.in_(goal_ids))
        .cte("above", recursive=True)
    )
    further = select(GoalEdge.child_id, GoalEdge.parent_id).join(above, GoalEdge.child_id == above.c.parent_id)
    above = above.union(further.where(GoalEdge.partnership_id == partnership_id))
    found = defaultdict[UUID, set[UUID]](set)
    for child_id, parent_id in await session.execute(select(above)):
        found[child_id].add(parent_id)
    return found


async def load_goals(session: AsyncSession, partnership_id: UUID, goal_ids: Collection[UUID]) -> dict[UUID, Goal]:
    found = await session.scalars(select(Goal).where(Goal.partnership_id == partnership_id, Goal.id.in_(goal_ids)))
    return {goal.id: goal for goal in found}


async def weights_of(session: AsyncSession, goal: Goal) -> list[GoalWeight]:
    statement = select(GoalWeight).where(
        GoalWeight.partnership_id == goal.partnership_id, GoalWeight.goal_id == goal.id
    )
    return list(await session.scalars(statement.order_by(GoalWeight.party_id)))


async def draft_of(session: AsyncSession, goal: Goal) -> Draft:
    """The goal as it stands."""
    parents = await parents_of(session, goal.partnership_id, [goal.id])
    return Draft(
        statement=goal.statement,
        level=goal.level,
        measure=goal.measure,
        objective_id=goal.objective_id,
        anchors={int(score): text for score, text in goal.anchors.items()},
        owner_member_id=goal.owner_member_id,
        due_at=goal.due_at,
        parents=tuple(parents[goal.id]),
    )


async def read_goals(session: AsyncSession, partnership_id: UUID, goals: Sequence[Goal]) -> list[GoalRead]:
    parents = await parents_of(session, partnership_id, [goal.id for goal in goals])
    names = GoalRead.model_fields.keys() - {"parents", "anchors"}
    return [
        GoalRead(
            **{name: getattr(goal, name) for name in names},
            parents=[ParentBody.model_validate(parent) for parent in parents[goal.id]],
            anchors=[AnchorBody(score=int(score), meaning=text) for score, text in goal.anchors.items()],
        )
        for goal in goals
    ]


async def list_goals(
    session: AsyncSession,
    partnership_id: UUID,
    *,
    level: Level | None,
    owner_member_id: UUID | None,
    archived: bool,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[GoalRead], str | None]:
    statement = select(Goal).where(Goal.partnership_id == partnership_id, Goal.archived.is_(archived))
    if level is not None:
        statement = statement.where(Goal.level == level)
    if owner_member_id is not None:
        statement = statement.where(Goal.owner_member_id == owner_member_id)
    rows, next_cursor = await paginate(session, statement, Goal.id, cursor, limit)
    return await read_goals(session, partnership_id, rows), next_cursor


async def list_revisions(
    session: AsyncSession, goal: Goal, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(GoalRevision).where(
        GoalRevision.partnership_id == goal.partnership_id, GoalRevision.goal_id == goal.id
    )
    return await paginate(session, statement, GoalRevision.id, cursor, limit)


async def load_revisions(session: AsyncSession, goal: Goal, lowest: int, highest: int) -> list[GoalRevision]:
    """From `lowest` to `highest`, by rising number."""
    statement = select(GoalRevision).where(
        GoalRevision.partnership_id == goal.partnership_id,
        GoalRevision.goal_id == goal.id,
        GoalRevision.revision.between(lowest, highest),
    )
    return list(await session.scalars(statement.order_by(GoalRevision.revision)))


async def _loaded(goal_id: UUID, member: CurrentMember, session: CurrentSession) -> Goal:
    return await load_goal(session, member.partnership_id, goal_id)


async def _locked(goal_id: UUID, member: CurrentMember, session: CurrentSession) -> Goal:
    await lock_forest(session, member.partnership_id)
    found = await load_goal(session, member.partnership_id, goal_id)
    if found.archived:
        raise GoalArchived(N_("An archived goal stays as it was; take on another one instead."))
    return found


LoadedGoal = Annotated[Goal, Depends(_loaded)]
LockedGoal = Annotated[Goal, Depends(_locked)]
"""To be written: the partnership's goals are locked, and this one stands."""
