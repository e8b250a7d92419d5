"""Judging a goal by its rubric, and saying what it is worth to one's party."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.tree.models import Goal, GoalAssessment, GoalWeight
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from . import domain


async def assess_goal(session: AsyncSession, goal: Goal, member_id: UUID, score: int, reason: str) -> GoalAssessment:
    """Give `goal` (locked) a score by its rubric."""
    domain.check_assessed(goal.measure)
    made = GoalAssessment(
        partnership_id=goal.partnership_id,
        id=new_id(),
        goal_id=goal.id,
        score=score,
        anchor=goal.anchors[str(score)],
        reason=reason,
        member_id=member_id,
        assessed_at=await partnership_now(session, goal.partnership_id),
    )
    session.add(made)
    goal.score = score
    await session.flush()
    return made


async def weigh_goal(session: AsyncSession, goal: Goal, party_id: UUID, person_id: UUID, factor: float) -> GoalWeight:
    """Set how many times its agreed weight `goal` (locked) counts in a party's view."""
    key = {"partnership_id": goal.partnership_id, "goal_id": goal.id, "party_id": party_id}
    now = await partnership_now(session, goal.partnership_id)
    values = {"factor": factor, "person_id": person_id, "set_at": now}
    statement = insert(GoalWeight).values(**key, **values)
    kept = statement.on_conflict_do_update(index_elements=list(key), set_=values).returning(GoalWeight)
    return (await session.execute(kept)).scalar_one()
