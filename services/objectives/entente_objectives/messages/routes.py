"""Messages over HTTP."""

from uuid import UUID

from fastapi import Query, Response

from entente_objectives import actors
from entente_objectives.bodies import page_of
from entente_objectives.clauses.domain import MessageType, Urgency
from entente_objectives.visibility.domain import RecordKind
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, set_etag

from . import commands, protocol, queries
from .schemas import MessageCreate, MessageRead, ProtocolRead, RouteRead

router = Router(tags=["messages"])
PARTNERSHIP = "/partnerships/{partnership_id}"
MESSAGES = f"{PARTNERSHIP}/messages"
ONE = f"{MESSAGES}/{{message_id}}"


@router.post(MESSAGES, status_code=201, operation_id="objectives_send_message")
async def send_message(
    body: MessageCreate, member: CurrentMember, session: CurrentSession, response: Response
) -> MessageRead:
    """Send information, a concern or an innovation, as the charter's protocol routes its type and urgency."""
    actor = actors.speaker(member)
    draft = commands.Draft(
        type=body.type,
        urgency=body.urgency,
        title=body.title,
        text=body.text,
        subject=body.subject.subject() if body.subject else None,
        parties=body.party_ids,
        roles=body.roles,
    )
    message = await commands.send(session, actor, draft)
    set_etag(response, message.version)
    return MessageRead.model_validate(message)


@router.get(MESSAGES, operation_id="objectives_list_messages")
async def list_messages(
    *,
    member: CurrentMember,
    session: CurrentSession,
    kind: MessageType | None = Query(None, alias="type"),
    urgency: Urgency | None = None,
    subject_kind: RecordKind | None = None,
    subject_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[MessageRead]:
    """The messages that your party sent or was sent."""
    found = await queries.list_messages(
        session,
        member.partnership_id,
        kind=kind,
        urgency=urgency,
        subject_kind=subject_kind,
        subject_id=subject_id,
        cursor=cursor,
        limit=limit,
    )
    return page_of(MessageRead, found)


@router.get(f"{PARTNERSHIP}/unacknowledged-messages", operation_id="objectives_list_unacknowledged_messages")
async def list_unacknowledged(
    *,
    member: CurrentMember,
    session: CurrentSession,
    mine: bool = False,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[MessageRead]:
    """Urgent messages that somebody has not acknowledged yet, or with `mine` that you have not."""
    person_id = actors.person(member).person_id if mine else None
    return page_of(
        MessageRead, await queries.list_unacknowledged(session, member.partnership_id, person_id, cursor, limit)
    )


@router.get(f"{PARTNERSHIP}/message-protocol", operation_id="objectives_get_message_protocol")
async def get_protocol(member: CurrentMember, session: CurrentSession) -> ProtocolRead:
    """By which channels and to which roles each type and urgency goes: as the charter says, or by default."""
    charter_version, rules = await queries.load_protocol(session, member.partnership_id)
    routes = ((kind, urgency, protocol.route(rules, kind, urgency)) for kind in MessageType for urgency in Urgency)
    read = [
        RouteRead(type=kind, urgency=urgency, channels=list(r.channels), roles=list(r.roles), of_charter=r.of_charter)
        for kind, urgency, r in routes
    ]
    return ProtocolRead(charter_version=charter_version, routes=read)


@router.get(ONE, operation_id="objectives_get_message")
async def get_message(
    message_id: UUID, member: CurrentMember, session: CurrentSession, response: Response
) -> MessageRead:
    """One message, and who has acknowledged it."""
    message = await queries.get_message(session, member.partnership_id, message_id)
    set_etag(response, message.version)
    return MessageRead.model_validate(message)


@router.post(f"{ONE}/acknowledgements", status_code=201, operation_id="objectives_acknowledge_message")
async def acknowledge_message(
    message_id: UUID, member: CurrentMember, session: CurrentSession, response: Response
) -> MessageRead:
    """Say that you have taken note of a message that was sent to you; again changes nothing."""
    actor = actors.person(member)
    message = await queries.get_message(session, member.partnership_id, message_id, lock=True)
    await commands.acknowledge(session, actor, message)
    set_etag(response, message.version)
    return MessageRead.model_validate(message)
