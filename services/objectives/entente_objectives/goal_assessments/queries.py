"""Reads of assessments."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.tree.models import Goal, GoalAssessment
from entente_shared.web import paginate


async def list_assessments(
    session: AsyncSession, goal: Goal, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(GoalAssessment).where(
        GoalAssessment.partnership_id == goal.partnership_id, GoalAssessment.goal_id == goal.id
    )
    return await paginate(session, statement, GoalAssessment.id, cursor, limit)
