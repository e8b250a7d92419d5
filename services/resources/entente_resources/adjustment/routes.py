"""Adjustments over HTTP. They are decided in objectives: GET .../decisions?subject_id= finds the decision on one."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, paginate, set_etag

from . import queries
from .domain.states import State
from .queries import LoadedAdjustment
from .schemas import AdjustmentRead, AdjustmentSummary

router = Router(tags=["adjustments"])
MANY = "/partnerships/{partnership_id}/adjustments"


@router.get(MANY, operation_id="resources_list_adjustments", summary="The adjustments of a partnership")
async def list_adjustments(
    *,
    member: CurrentMember,
    session: CurrentSession,
    state: Annotated[State | None, Query()] = None,
    kpi_id: Annotated[UUID | None, Query()] = None,
    deviation_id: Annotated[UUID | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[AdjustmentSummary]:
    statement = queries.of_partnership(member.partnership_id, state=state, kpi_id=kpi_id, deviation_id=deviation_id)
    page, next_cursor = await paginate(session, statement, queries.adjustments_by_id, cursor, limit)
    return Page(items=[AdjustmentSummary.of(each) for each in page], next_cursor=next_cursor)


@router.get(
    f"{MANY}/{{adjustment_id}}",
    operation_id="resources_get_adjustment",
    summary="One adjustment with its alternatives and its certificate",
)
async def get_adjustment(adjustment: LoadedAdjustment, response: Response) -> AdjustmentRead:
    set_etag(response, adjustment.version)
    return AdjustmentRead.of(adjustment)
