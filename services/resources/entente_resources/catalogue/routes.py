"""Resources over HTTP."""

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
from .queries import LoadedResource, LockedResource, of_partnership, resources_by_id
from .schemas import ResourceCreate, ResourcePatch, ResourceRead

router = Router(tags=["resources"])
MANY = "/partnerships/{partnership_id}/resources"
ONE = f"{MANY}/{{resource_id}}"


@router.post(MANY, status_code=201, operation_id="resources_create_resource", summary="Enter a resource of one's party")
async def create_resource(
    body: ResourceCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> ResourceRead:
    require_contributor(member)
    resource = await commands.enter_resource(
        session,
        member.partnership_id,
        member.party_id,
        name=body.name,
        unit=body.unit,
        unit_value=body.unit_value.money() if body.unit_value else None,
        indivisible=body.indivisible,
        capacity=body.capacity,
    )
    await session.refresh(resource)
    set_etag(response, resource.version)
    return ResourceRead.of(resource)


@router.get(MANY, operation_id="resources_list_resources", summary="The resources of a partnership")
async def list_resources(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[ResourceRead]:
    statement = of_partnership(member.partnership_id)
    page, next_cursor = await paginate(session, statement, resources_by_id, cursor, limit)
    return Page(items=[ResourceRead.of(resource) for resource in page], next_cursor=next_cursor)


@router.get(ONE, operation_id="resources_get_resource", summary="One resource")
async def get_resource(resource: LoadedResource, response: Response) -> ResourceRead:
    set_etag(response, resource.version)
    return ResourceRead.of(resource)


@router.patch(ONE, operation_id="resources_update_resource", summary="Change a resource of one's party")
async def update_resource(
    *,
    body: ResourcePatch,
    resource: LockedResource,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> ResourceRead:
    require_own(member, resource.party_id)
    check_if_match(request, resource.version)
    changes: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set}
    if body.unit_value is not None:
        changes["unit_value"] = body.unit_value.money()
    await commands.change_resource(session, resource, changes)
    set_etag(response, resource.version)
    return ResourceRead.of(resource)
