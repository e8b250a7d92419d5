"""Milestones over HTTP."""

from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, check_if_match, set_etag

from . import milestones, queries
from .queries import LoadedMilestone
from .routes import ROADMAP, Planner
from .schemas import MilestoneCreate, MilestoneRead, ReachedCreate

router = Router(tags=["roadmap"])
MILESTONES = ROADMAP + "/milestones"
ONE = MILESTONES + "/{milestone_id}"


@router.post(MILESTONES, status_code=201, operation_id="objectives_create_milestone", summary="Set a milestone")
async def create_milestone(
    body: MilestoneCreate, member: Planner, session: CurrentSession, response: Response
) -> MilestoneRead:
    added = await milestones.add_milestone(session, member.partnership_id, member.party_id, body)
    return await get_milestone(added, session, response)


@router.get(MILESTONES, operation_id="objectives_list_milestones", summary="The milestones of the roadmap")
async def list_milestones(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[MilestoneRead]:
    items, next_cursor = await queries.list_milestones(session, member.partnership_id, cursor, limit)
    return Page(items=items, next_cursor=next_cursor)


@router.get(ONE, operation_id="objectives_get_milestone", summary="One milestone")
async def get_milestone(milestone: LoadedMilestone, session: CurrentSession, response: Response) -> MilestoneRead:
    set_etag(response, milestone.version)
    return (await queries.shown(session, milestone.partnership_id, [milestone]))[0]


async def _changing(session: AsyncSession, member: Planner, milestone_id: UUID, request: Request) -> LoadedMilestone:
    milestone = await queries.load_milestone(session, member.partnership_id, milestone_id, lock=True)
    check_if_match(request, milestone.version)
    return milestone


@router.put(ONE, operation_id="objectives_update_milestone", summary="Change a milestone that is not reached")
async def update_milestone(
    *,
    milestone_id: UUID,
    body: MilestoneCreate,
    member: Planner,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> MilestoneRead:
    milestone = await _changing(session, member, milestone_id, request)
    await milestones.change_milestone(session, milestone, body)
    return await get_milestone(milestone, session, response)


@router.post(
    ONE + "/reached", status_code=201, operation_id="objectives_reach_milestone", summary="Declare a milestone reached"
)
async def reach_milestone(
    *,
    milestone_id: UUID,
    body: ReachedCreate,
    member: Planner,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> MilestoneRead:
    """All its actions are done or dropped. It is published, with who declared it."""
    milestone = await _changing(session, member, milestone_id, request)
    await milestones.reach(session, milestone, member, body.reached_on)
    return await get_milestone(milestone, session, response)


@router.post(ONE + "/withdrawal", status_code=201, operation_id="objectives_drop_milestone", summary="Drop a milestone")
async def drop_milestone(
    *, milestone_id: UUID, member: Planner, session: CurrentSession, request: Request, response: Response
) -> MilestoneRead:
    """It stays readable, and no schedule has to keep it."""
    milestone = await _changing(session, member, milestone_id, request)
    await milestones.drop_milestone(session, milestone)
    return await get_milestone(milestone, session, response)
