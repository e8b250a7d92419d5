"""Allocations over HTTP."""

from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, paginate, set_etag

from ..permissions import require_manager
from . import commands, queries
from .queries import CurrentAllocation, LoadedAllocation
from .schemas import AllocationCreate, AllocationRead, AllocationSummary

router = Router(tags=["allocations"])
MANY = "/partnerships/{partnership_id}/allocations"


@router.post(
    MANY,
    status_code=201,
    operation_id="resources_create_allocation",
    summary="Compute and publish the fairest allocation",
)
async def create_allocation(
    body: AllocationCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> AllocationRead:
    del body
    require_manager(member)
    made = await commands.compute_allocation(session, member.partnership_id)
    await session.refresh(made)
    set_etag(response, made.revision)
    return await _read(session, member.partnership_id, made)


@router.get(MANY, operation_id="resources_list_allocations", summary="The revisions of the allocation, newest first")
async def list_allocations(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[AllocationSummary]:
    page, next_cursor = await paginate(
        session,
        queries.of_partnership(member.partnership_id),
        queries.allocations_by_id,
        cursor,
        limit,
        ascending=False,
    )
    return Page(items=[AllocationSummary.model_validate(each) for each in page], next_cursor=next_cursor)


@router.get(f"{MANY}/current", operation_id="resources_get_current_allocation", summary="The allocation in force")
async def get_current_allocation(
    allocation: CurrentAllocation, member: CurrentMember, session: CurrentSession, response: Response
) -> AllocationRead:
    set_etag(response, allocation.revision)
    return await _read(session, member.partnership_id, allocation)


@router.get(f"{MANY}/{{allocation_id}}", operation_id="resources_get_allocation", summary="One revision")
async def get_allocation(
    allocation: LoadedAllocation, member: CurrentMember, session: CurrentSession, response: Response
) -> AllocationRead:
    set_etag(response, allocation.revision)
    return await _read(session, member.partnership_id, allocation)


async def _read(session: AsyncSession, partnership_id: UUID, allocation: CurrentAllocation) -> AllocationRead:
    cells = await queries.load_cells(session, partnership_id, allocation.id)
    return AllocationRead.of(allocation, cells, await queries.owners(session, partnership_id))
