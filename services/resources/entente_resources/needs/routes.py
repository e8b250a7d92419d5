"""Needs over HTTP."""

from typing import Any

from fastapi import Request, Response

from entente_shared.web import (
    CurrentMember,
    CurrentSession,
    Cursor,
    Limit,
    Page,
    Router,
    check_if_match,
    paginate,
    set_etag,
)

from ..permissions import require_contributor, require_own
from . import commands
from .queries import LoadedNeed, LockedNeed, needs_by_id, of_partnership
from .schemas import NeedCreate, NeedPatch, NeedRead

router = Router(tags=["needs"])
MANY = "/partnerships/{partnership_id}/needs"
ONE = f"{MANY}/{{need_id}}"


@router.post(MANY, status_code=201, operation_id="resources_create_need", summary="State a need of one's party")
async def create_need(body: NeedCreate, member: CurrentMember, session: CurrentSession, response: Response) -> NeedRead:
    require_contributor(member)
    need = await commands.state_need(session, member.partnership_id, member.party_id, **body.model_dump())
    await session.refresh(need, ["created_at"])
    set_etag(response, need.version)
    return NeedRead.model_validate(need)


@router.get(MANY, operation_id="resources_list_needs", summary="The needs of a partnership")
async def list_needs(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[NeedRead]:
    statement = of_partnership(member.partnership_id)
    page, next_cursor = await paginate(session, statement, needs_by_id, cursor, limit)
    return Page(items=[NeedRead.model_validate(need) for need in page], next_cursor=next_cursor)


@router.get(ONE, operation_id="resources_get_need", summary="One need")
async def get_need(need: LoadedNeed, response: Response) -> NeedRead:
    set_etag(response, need.version)
    return NeedRead.model_validate(need)


@router.patch(ONE, operation_id="resources_update_need", summary="Change a need of one's party")
async def update_need(
    *,
    body: NeedPatch,
    need: LockedNeed,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> NeedRead:
    require_own(member, need.party_id)
    check_if_match(request, need.version)
    changes: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set}
    await commands.change_need(session, need, changes)
    set_etag(response, need.version)
    return NeedRead.model_validate(need)
