"""Assessments and party weights over HTTP."""

from fastapi import Request, Response

from entente_objectives.bodies import page_of
from entente_objectives.tree.queries import LoadedGoal, LockedGoal
from entente_objectives.tree.routes import ONE
from entente_objectives.tree.standing_schemas import PartyWeightRead
from entente_shared.events.objectives import Role
from entente_shared.web import (
    CurrentMember,
    CurrentSession,
    Cursor,
    Limit,
    Page,
    Router,
    check_if_match,
    set_etag,
)

from . import commands, queries
from .schemas import AssessmentCreate, AssessmentRead, WeightSet

router = Router(tags=["goals"])


@router.post(
    f"{ONE}/assessments", status_code=201, operation_id="objectives_assess_goal", summary="Assess a goal by its rubric"
)
async def assess_goal(
    *,
    body: AssessmentCreate,
    goal: LockedGoal,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> AssessmentRead:
    """The goal's owner, sponsors, alliance managers and committee members; under their own name, with a reason."""
    if goal.owner_member_id not in member.member_ids:
        member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER)
    check_if_match(request, goal.version)
    assessor = goal.owner_member_id if goal.owner_member_id in member.member_ids else member.member_ids[0]
    made = await commands.assess_goal(session, goal, assessor, body.score, body.reason)
    set_etag(response, goal.version)
    return AssessmentRead.model_validate(made)


@router.get(
    f"{ONE}/assessments", operation_id="objectives_list_goal_assessments", summary="How a goal was assessed over time"
)
async def list_goal_assessments(
    goal: LoadedGoal, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[AssessmentRead]:
    return page_of(AssessmentRead, await queries.list_assessments(session, goal, cursor, limit))


@router.put(
    f"{ONE}/weight", operation_id="objectives_weigh_goal", summary="Say what a goal is worth to one's own party"
)
async def weigh_goal(
    body: WeightSet, goal: LockedGoal, member: CurrentMember, session: CurrentSession
) -> PartyWeightRead:
    """Sponsors and alliance managers, for their party. It changes that party's view alone, which all parties may see."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    assert member.caller.person_id is not None, "a system holds no role"
    kept = await commands.weigh_goal(session, goal, member.party_id, member.caller.person_id, body.factor)
    return PartyWeightRead.model_validate(kept)
