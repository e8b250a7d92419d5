"""Reads of the roadmap."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.calendars.queries import calendars_of
from entente_shared.errors import N_, NotFound
from entente_shared.timers import partnership_now
from entente_shared.web import CurrentMember, CurrentSession, paginate

from .domain import ActionStatus
from .models import Action, Dependency, Milestone, MilestoneAction
from .schemas import MilestoneRead


async def load_action(session: AsyncSession, partnership_id: UUID, action_id: UUID, *, lock: bool = False) -> Action:
    found = await session.get(Action, (partnership_id, action_id), with_for_update=lock or None)
    if found is None:
        raise NotFound(N_("There is no such action; GET .../roadmap/actions lists them."))
    return found


async def load_milestone(
    session: AsyncSession, partnership_id: UUID, milestone_id: UUID, *, lock: bool = False
) -> Milestone:
    found = await session.get(Milestone, (partnership_id, milestone_id), with_for_update=lock or None)
    if found is None:
        raise NotFound(N_("There is no such milestone; GET .../roadmap/milestones lists them."))
    return found


async def load_dependency(session: AsyncSession, partnership_id: UUID, dependency_id: UUID) -> Dependency:
    found = await session.get(Dependency, (partnership_id, dependency_id), with_for_update=True)
    if found is None:
        raise NotFound(N_("There is no such dependency; GET .../roadmap/dependencies lists them."))
    return found


async def list_actions(
    session: AsyncSession,
    partnership_id: UUID,
    *,
    status: ActionStatus | None,
    party_id: UUID | None,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[Any], str | None]:
    statement = select(Action).where(Action.partnership_id == partnership_id)
    if status is not None:
        statement = statement.where(Action.status == status)
    if party_id is not None:
        statement = statement.where(Action.party_id == party_id)
    return await paginate(session, statement, Action.id, cursor, limit)


async def list_dependencies(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(Dependency).where(Dependency.partnership_id == partnership_id)
    return await paginate(session, statement, Dependency.id, cursor, limit)


async def list_milestones(
    session: AsyncSession, partnership_id: UUID, cursor: UUID | None, limit: int
) -> tuple[list[MilestoneRead], str | None]:
    statement = select(Milestone).where(Milestone.partnership_id == partnership_id)
    rows, next_cursor = await paginate(session, statement, Milestone.id, cursor, limit)
    return await shown(session, partnership_id, rows), next_cursor


async def all_of(session: AsyncSession, model: type[Any], partnership_id: UUID) -> list[Any]:
    """Every row of a table of the roadmap, by rising id."""
    statement = select(model).where(model.partnership_id == partnership_id)
    return list((await session.execute(statement.order_by(*model.__table__.primary_key.columns))).scalars())


async def links_of(session: AsyncSession, partnership_id: UUID) -> list[tuple[UUID, UUID, int]]:
    """Which action comes before which, and the lag."""
    columns = select(Dependency.before_id, Dependency.after_id, Dependency.lag).order_by(Dependency.id)
    rows = await session.execute(columns.where(Dependency.partnership_id == partnership_id))
    return [(row[0], row[1], row[2]) for row in rows]


async def count_of(session: AsyncSession, model: type[Any], partnership_id: UUID) -> int:
    statement = select(func.count()).select_from(model).where(model.partnership_id == partnership_id)
    return (await session.execute(statement)).scalar_one()


async def gathered(
    session: AsyncSession, partnership_id: UUID, milestone_ids: Sequence[UUID]
) -> dict[UUID, list[Action]]:
    """The actions of each milestone, by rising id."""
    joined = (Action.partnership_id == MilestoneAction.partnership_id) & (Action.id == MilestoneAction.action_id)
    rows = await session.execute(
        select(MilestoneAction.milestone_id, Action)
        .join(Action, joined)
        .where(MilestoneAction.partnership_id == partnership_id, MilestoneAction.milestone_id.in_(milestone_ids))
        .order_by(Action.id)
    )
    found = defaultdict[UUID, list[Action]](list)
    for milestone_id, action in rows:
        found[milestone_id].append(action)
    return found


async def shown(session: AsyncSession, partnership_id: UUID, rows: Sequence[Milestone]) -> list[MilestoneRead]:
    actions = await gathered(session, partnership_id, [row.id for row in rows])
    own = [name for name in MilestoneRead.model_fields if name not in {"action_ids", "expected_on"}]
    return [
        MilestoneRead(
            **{name: getattr(row, name) for name in own},
            action_ids=[action.id for action in actions[row.id]],
            expected_on=_expected(actions[row.id]),
        )
        for row in rows
    ]


def _expected(actions: Sequence[Action]) -> date | None:
    open_ones = [action for action in actions if action.status is not ActionStatus.DROPPED]
    ends = [action.finished_on or action.planned_done for action in open_ones]
    return max((end for end in ends if end is not None), default=None) if None not in ends else None


async def today_of(session: AsyncSession, partnership_id: UUID, party_id: UUID) -> date:
    """The day where the party's calendar is; without one, in UTC."""
    calendars = await calendars_of(session, partnership_id)
    zone = next((row.zone for row in calendars.values() if row.party_id == party_id), "UTC")
    return (await partnership_now(session, partnership_id)).astimezone(ZoneInfo(zone)).date()


async def _action(action_id: UUID, member: CurrentMember, session: CurrentSession) -> Action:
    return await load_action(session, member.partnership_id, action_id)


async def _milestone(milestone_id: UUID, member: CurrentMember, session: CurrentSession) -> Milestone:
    return await load_milestone(session, member.partnership_id, milestone_id)


LoadedAction = Annotated[Action, Depends(_action)]
LoadedMilestone = Annotated[Milestone, Depends(_milestone)]
