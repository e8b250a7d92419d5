"""Read deviations."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import select

from entente_shared.errors import N_, NotFound
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, paginate

from ..evaluation.domain import State
from .models import Deviation
from .schemas import DeviationRead

router = Router(tags=["deviations"])


class DeviationNotFound(NotFound):
    slug = "deviation-not-found"
    title = N_("There is no such deviation")


@router.get(
    "/partnerships/{partnership_id}/deviations",
    operation_id="kpi_list_deviations",
    summary="The deviations of a partnership, in the order in which they were found",
)
async def list_deviations(
    member: CurrentMember,
    session: CurrentSession,
    *,
    kpi_id: UUID | None = None,
    state: Annotated[State | None, Query(description="`ok`: closed or annulled")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[DeviationRead]:
    statement = select(Deviation).where(Deviation.partnership_id == member.partnership_id)
    if kpi_id is not None:
        statement = statement.where(Deviation.kpi_id == kpi_id)
    if state is not None:
        statement = statement.where(Deviation.state == state)
    rows, next_cursor = await paginate(session, statement, Deviation.id, cursor, limit)
    return Page(items=[DeviationRead.model_validate(row) for row in rows], next_cursor=next_cursor)


@router.get(
    "/partnerships/{partnership_id}/deviations/{deviation_id}",
    operation_id="kpi_get_deviation",
    summary="One deviation",
)
async def get_deviation(deviation_id: UUID, member: CurrentMember, session: CurrentSession) -> DeviationRead:
    row = await session.get(Deviation, (member.partnership_id, deviation_id))
    if row is None:
        raise DeviationNotFound(N_("No deviation of this partnership has this id; GET .../deviations lists them."))
    return DeviationRead.model_validate(row)
