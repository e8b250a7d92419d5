"""Organisations and their persons over HTTP."""

from uuid import UUID

from entente_objectives.bodies import page_of
from entente_shared.web import CurrentCaller, CurrentSession, Cursor, Limit, Page, Router

from . import commands, queries
from .schemas import OrganisationCreate, OrganisationRead, PersonCreate, PersonRead

router = Router(tags=["organisations"])


@router.post("/organisations", status_code=201, operation_id="objectives_create_organisation")
async def create_organisation(
    body: OrganisationCreate, session: CurrentSession, caller: CurrentCaller
) -> OrganisationRead:
    """Register an organisation (operators only)."""
    caller.require_operator()
    return OrganisationRead.model_validate(commands.register_organisation(session, body.name))


@router.get("/organisations", operation_id="objectives_list_organisations")
async def list_organisations(
    session: CurrentSession, caller: CurrentCaller, cursor: Cursor = None, limit: Limit = 100
) -> Page[OrganisationRead]:
    """Your organisation and those that you are in a partnership with; operators see all."""
    return page_of(OrganisationRead, await queries.list_organisations(session, caller, cursor, limit))


@router.get("/organisations/{organisation_id}", operation_id="objectives_get_organisation")
async def get_organisation(organisation_id: UUID, session: CurrentSession, caller: CurrentCaller) -> OrganisationRead:
    """One organisation that you may see."""
    return OrganisationRead.model_validate(await queries.load_organisation(session, caller, organisation_id))


@router.post("/organisations/{organisation_id}/persons", status_code=201, operation_id="objectives_create_person")
async def create_person(
    organisation_id: UUID, body: PersonCreate, session: CurrentSession, caller: CurrentCaller
) -> PersonRead:
    """Register a person (operators, or the organisation's system with the scope organisation:admin)."""
    await queries.check_may_register(session, caller, organisation_id)
    return PersonRead.model_validate(await commands.register_person(session, organisation_id, body.name, body.email))


@router.get("/organisations/{organisation_id}/persons", operation_id="objectives_list_persons")
async def list_persons(
    organisation_id: UUID, session: CurrentSession, caller: CurrentCaller, cursor: Cursor = None, limit: Limit = 100
) -> Page[PersonRead]:
    """The persons of your own organisation."""
    return page_of(PersonRead, await queries.list_persons(session, caller, organisation_id, cursor, limit))
