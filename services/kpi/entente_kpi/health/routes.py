"""Read the health index."""

from entente_shared.timers import partnership_now
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router

from . import queries
from .schemas import HealthRead

router = Router(tags=["scorecard"])


@router.get(
    "/partnerships/{partnership_id}/health",
    operation_id="kpi_get_health",
    summary="The health index of now, with its components and where each comes from",
)
async def get_health(member: CurrentMember, session: CurrentSession) -> HealthRead:
    found = await queries.get_health(session, member.partnership_id)
    return HealthRead.of(found, await partnership_now(session, member.partnership_id))


@router.get(
    "/partnerships/{partnership_id}/health/history",
    operation_id="kpi_list_health",
    summary="The health index as it was published, from the newest on",
)
async def list_health(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[HealthRead]:
    rows, next_cursor = await queries.list_records(session, member.partnership_id, cursor, limit)
    return Page(items=[HealthRead.of_record(row) for row in rows], next_cursor=next_cursor)
