"""Reads of requests to move a path, each with its decision's status."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.governance.domain import FINAL
from entente_objectives.governance.models import Decision
from entente_objectives.objectives.models import Objective, Rebaseline
from entente_shared.web import paginate

from .schemas import RebaselineRead


def _requests(objective: Objective) -> Select[Any]:
    return select(Rebaseline).where(
        Rebaseline.partnership_id == objective.partnership_id, Rebaseline.objective_id == objective.id
    )


async def list_rebaselines(
    session: AsyncSession, objective: Objective, cursor: UUID | None, limit: int
) -> tuple[list[RebaselineRead], str | None]:
    rows, next_cursor = await paginate(session, _requests(objective), Rebaseline.id, cursor, limit)
    return [await read(session, row) for row in rows], next_cursor


async def read(session: AsyncSession, row: Rebaseline) -> RebaselineRead:
    decision = await session.get_one(Decision, (row.partnership_id, row.decision_id))
    values = {name: getattr(row, name) for name in RebaselineRead.model_fields if name != "status"}
    return RebaselineRead(**values, status=decision.status)


async def is_being_decided(session: AsyncSession, objective: Objective) -> bool:
    joined = (Decision.partnership_id == Rebaseline.partnership_id) & (Decision.id == Rebaseline.decision_id)
    statement = _requests(objective).join(Decision, joined).where(Decision.status.not_in(FINAL)).limit(1)
    return (await session.execute(statement)).first() is not None
