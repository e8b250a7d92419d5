"""Writes of goals. Each holds the lock of the partnership's goals, judges what would come to be, and keeps what was."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now

from . import queries
from .domain import goals as domain
from .domain import smart
from .domain.findings import Finding, Severity
from .domain.goals import Draft, GoalHasChildren, InvalidGoal, Parent
from .ground import load_ground
from .models import Goal, GoalEdge, GoalRevision

_SHOWN = 50


@dataclass(frozen=True)
class Why:
    """Who writes, and the reason that the revision keeps."""

    person_id: UUID
    reason: str


async def create_goals(
    session: AsyncSession, partnership_id: UUID, drafts: Mapping[UUID, Draft], why: Why, pointers: Mapping[UUID, str]
) -> list[Goal]:
    """Take on all of `drafts` (by the ids that the goals are to have), or none. `pointers`: where each stands in the request."""
    await queries.lock_forest(session, partnership_id)
    domain.check_room(await queries.count_goals(session, partnership_id), len(drafts))
    graph = {goal_id: draft.served for goal_id, draft in drafts.items()}
    known = {goal_id: draft.statement or "" for goal_id, draft in drafts.items()}
    domain.check_no_circle(graph, known, next(iter(pointers.values())) if len(pointers) == 1 else "/goals")
    ground = await load_ground(session, partnership_id, drafts)
    found = [
        (pointers[goal_id], finding)
        for goal_id, draft in drafts.items()
        for finding in smart.findings(draft, ground.around(goal_id, draft))
    ]
    _refuse(found)
    goals = [Goal(partnership_id=partnership_id, id=goal_id, archived=False, revision=0) for goal_id in drafts]
    for goal in goals:
        _fill(goal, drafts[goal.id])
    session.add_all(goals)
    await session.flush()
    for goal in goals:
        _link(session, goal, drafts[goal.id])
        _keep(session, goal, drafts[goal.id].content(), why, ground.now)
    await session.flush()
    return goals


async def change_goal(session: AsyncSession, goal: Goal, draft: Draft, why: Why) -> None:
    """Make `goal` (locked) what `draft` says, its parents too. Where that is what it is already, nothing happens."""
    before = await queries.draft_of(session, goal)
    if draft.content() == before.content():
        return
    above = await queries.lineage(session, goal.partnership_id, draft.served)
    await _check_no_circle(session, goal, {**above, goal.id: draft.served})
    _refuse([("", finding) for finding in await judge(session, goal.partnership_id, draft, goal)])
    if draft.measure != before.measure or draft.content()["anchors"] != before.content()["anchors"]:
        goal.score = None  # it was judged by other words
    _fill(goal, draft)
    here = (GoalEdge.partnership_id == goal.partnership_id) & (GoalEdge.child_id == goal.id)
    await session.execute(delete(GoalEdge).where(here))
    _link(session, goal, draft)
    _keep(session, goal, draft.content(), why, await partnership_now(session, goal.partnership_id))
    await session.flush()


async def move_goal(session: AsyncSession, goal: Goal, parents: tuple[Parent, ...], why: Why) -> None:
    """Have `goal` (locked) serve these goals, and no others."""
    await change_goal(session, goal, replace(await queries.draft_of(session, goal), parents=parents), why)


async def archive_goal(session: AsyncSession, goal: Goal, why: Why) -> None:
    """Take `goal` (locked) out of the tree. Its history stays."""
    draft = await queries.draft_of(session, goal)
    if (await load_ground(session, goal.partnership_id, {goal.id: draft})).children.get(goal.id):
        raise GoalHasChildren(N_("Give the goals below it another parent, or archive them first."))
    await session.execute(
        delete(GoalEdge).where(GoalEdge.partnership_id == goal.partnership_id, GoalEdge.child_id == goal.id)
    )
    goal.archived = True
    content = {**draft.content(), "archived": True}
    _keep(session, goal, content, why, await partnership_now(session, goal.partnership_id))
    await session.flush()


async def judge(session: AsyncSession, partnership_id: UUID, draft: Draft, goal: Goal | None) -> list[Finding]:
    """What there is to change in `draft` of a new goal, or of `goal`."""
    goal_id = goal.id if goal else new_id()
    ground = await load_ground(session, partnership_id, {goal_id: draft})
    return smart.findings(draft, ground.around(goal_id, draft, goal.due_at if goal else None))


def _refuse(found: list[tuple[str, Finding]]) -> None:
    """Raise InvalidGoal with all refusals, as far as a person reads on."""
    problems = [
        InvalidGoal(finding.detail, pointer=f"{prefix}{finding.pointer}", **finding.params)
        for prefix, finding in found
        if finding.severity is Severity.REFUSAL
    ]
    if problems:
        problems[0].also = tuple(problems[1:_SHOWN])
        raise problems[0]


async def _check_no_circle(session: AsyncSession, goal: Goal, graph: Mapping[UUID, set[UUID]]) -> None:
    circle = domain.find_circle(graph)
    if circle:
        known = {
            goal_id: row.statement
            for goal_id, row in (await queries.load_goals(session, goal.partnership_id, circle)).items()
        }
        domain.check_no_circle(graph, known, "/parents")


def _fill(goal: Goal, draft: Draft) -> None:
    for name in ("statement", "level", "measure", "objective_id", "owner_member_id", "due_at"):
        setattr(goal, name, getattr(draft, name))
    goal.anchors = draft.content()["anchors"]


def _link(session: AsyncSession, goal: Goal, draft: Draft) -> None:
    session.add_all(
        GoalEdge(partnership_id=goal.partnership_id, child_id=goal.id, parent_id=parent.goal_id, weight=parent.weight)
        for parent in draft.parents
    )


def _keep(session: AsyncSession, goal: Goal, content: dict[str, Any], why: Why, now: Any) -> None:
    goal.revision += 1
    session.add(
        GoalRevision(
            partnership_id=goal.partnership_id,
            id=new_id(),
            goal_id=goal.id,
            revision=goal.revision,
            content=content,
            reason=why.reason,
            person_id=why.person_id,
            revised_at=now,
        )
    )
