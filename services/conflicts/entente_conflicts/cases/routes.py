"""Cases over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, paginate, set_etag

from . import commands, queries
from .dependencies import MEDIATING, LockedCase, SeenCase, act_as
from .domain import CaseState
from .schemas import CaseDetail, CaseRead, ClosureCreate

router = Router(tags=["cases"])
_PATH = "/partnerships/{partnership_id}/cases"
State = Annotated[CaseState | None, Query(description="only cases in this state")]


@router.get(_PATH, operation_id="conflicts_list_cases", summary="List cases")
async def list_cases(
    session: CurrentSession, member: CurrentMember, state: State = None, cursor: Cursor = None, limit: Limit = 100
) -> Page[CaseRead]:
    listing = queries.listing(member.partnership_id, state)
    found, following = await paginate(session, listing, queries.ORDER, cursor, limit)
    return Page(items=[CaseRead.model_validate(case) for case in found], next_cursor=following)


@router.get(_PATH + "/{case_id}", operation_id="conflicts_get_case", summary="Read a case and what led to it")
async def get_case(case: SeenCase, session: CurrentSession, response: Response) -> CaseDetail:
    """The trace, the votes, the alternatives that were computed, the ladder and the proposed settlements."""
    set_etag(response, case.version)
    filling = await queries.dossier(session, case)
    return CaseDetail.model_validate({**CaseRead.model_validate(case).model_dump(), **filling})


@router.post(
    _PATH + "/{case_id}/closure", status_code=201, operation_id="conflicts_close_case", summary="Close a settled case"
)
async def close_case(
    body: ClosureCreate, case: LockedCase, session: CurrentSession, member: CurrentMember, response: Response
) -> CaseRead:
    act_as(member, *MEDIATING)
    await commands.close_case(session, case, body.outcome)
    await session.flush()
    set_etag(response, case.version)
    return CaseRead.model_validate(case)
