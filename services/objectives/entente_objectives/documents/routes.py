"""Documents of the parties over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Header, Request, Response

from entente_objectives.bodies import page_of
from entente_objectives.grants import commands as grants
from entente_shared.events.objectives import Role
from entente_shared.web import (
    CurrentMember,
    CurrentSession,
    Cursor,
    Limit,
    Member,
    Page,
    Router,
    check_if_match,
    set_etag,
)

from . import commands, queries
from .schemas import DocumentCreate, DocumentHead, DocumentRead

router = Router(tags=["documents"])
DOCUMENTS = "/partnerships/{partnership_id}/documents"
ONE = DOCUMENTS + "/{document_id}"
Purpose = Annotated[
    str | None,
    Header(
        alias="Purpose",
        pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$",
        description="what you read it for, where it was granted to your party for a purpose",
        examples=["joint-bid"],
    ),
]


def _require_writer(member: Member) -> None:
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER, Role.CONTRIBUTOR)


@router.post(DOCUMENTS, status_code=201, operation_id="objectives_create_document", summary="Write a document")
async def create_document(
    body: DocumentCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> DocumentRead:
    """It belongs to your party."""
    _require_writer(member)
    document = await commands.write_document(session, member, body.draft())
    set_etag(response, document.version)
    return DocumentRead.model_validate(document)


@router.get(DOCUMENTS, operation_id="objectives_list_documents", summary="Your party's documents, and the shared ones")
async def list_documents(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[DocumentHead]:
    """What was granted to your party is listed by GET .../grants."""
    return page_of(DocumentHead, await queries.list_documents(session, member, cursor, limit))


@router.get(ONE, operation_id="objectives_get_document", summary="Read a document")
async def get_document(
    *, document_id: UUID, member: CurrentMember, session: CurrentSession, response: Response, purpose: Purpose = None
) -> DocumentRead:
    """One that was granted to your party is read for a purpose, which the header `Purpose` states; each access is recorded for
    the party that granted it.
    """
    document, granted = await queries.read(session, member, document_id, purpose)
    if granted is not None:
        await grants.note_access(session, member, granted)
        response.headers["Cache-Control"] = "no-store"  # each reading is an access
    set_etag(response, document.version)
    return DocumentRead.model_validate(document)


@router.put(ONE, operation_id="objectives_update_document", summary="Change a document of your party")
async def update_document(
    *,
    document_id: UUID,
    body: DocumentCreate,
    member: CurrentMember,
    session: CurrentSession,
    request: Request,
    response: Response,
) -> DocumentRead:
    _require_writer(member)
    document = await queries.lock_own(session, member, document_id)
    check_if_match(request, document.version)
    await commands.change_document(session, document, member, body.draft())
    set_etag(response, document.version)
    return DocumentRead.model_validate(document)
