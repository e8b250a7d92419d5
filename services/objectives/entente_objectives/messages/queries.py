"""Reads of messages, and of the protocol that routes them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from entente_objectives.charter.domain import NoCharter
from entente_objectives.charter.queries import load_agreed
from entente_objectives.clauses.domain import MessageType, Urgency
from entente_objectives.partnerships.models import Member
from entente_objectives.visibility.domain import RecordKind
from entente_objectives.visibility.models import about
from entente_shared.errors import N_
from entente_shared.events.objectives import Role
from entente_shared.web import paginate

from . import domain, protocol
from .domain import URGENT, Place
from .models import Message, MessageRecipient


async def load_protocol(session: AsyncSession, partnership_id: UUID) -> tuple[int | None, tuple[protocol.Rule, ...]]:
    """The version of the charter in force and its protocol; no version where the parties have not agreed on any."""
    try:
        agreed = await load_agreed(session, partnership_id)
    except NoCharter:
        return None, ()
    return agreed.version, protocol.rules(agreed.content.get("communication"))


async def places(session: AsyncSession, partnership_id: UUID, parties: Collection[UUID]) -> list[Place]:
    rows = await session.scalars(
        select(Member)
        .where(Member.partnership_id == partnership_id, Member.active, Member.party_id.in_(parties))
        .order_by(Member.id)
    )
    return [Place(row.id, row.party_id, row.person_id, Role(row.role)) for row in rows]


def _messages(partnership_id: UUID) -> Select[Message]:
    return select(Message).where(Message.partnership_id == partnership_id).options(selectinload(Message.recipients))


async def get_message(session: AsyncSession, partnership_id: UUID, message_id: UUID, *, lock: bool = False) -> Message:
    statement = _messages(partnership_id).where(Message.id == message_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = (await session.execute(statement)).scalar_one_or_none()
    if found is None:
        raise domain.MessageNotFound(N_("No message that you may see has this id; GET .../messages lists them."))
    return found


def _waits(person_id: UUID | None) -> Any:
    """A recipient, or this one, has not acknowledged it."""
    conditions = [
        MessageRecipient.partnership_id == Message.partnership_id,
        MessageRecipient.message_id == Message.id,
        MessageRecipient.acknowledged_at.is_(None),
    ]
    if person_id is not None:
        conditions.append(MessageRecipient.person_id == person_id)
    return exists().where(*conditions)


async def list_messages(
    session: AsyncSession,
    partnership_id: UUID,
    *,
    kind: MessageType | None,
    urgency: Urgency | None,
    subject_kind: RecordKind | None,
    subject_id: UUID | None,
    cursor: UUID | None,
    limit: int,
) -> tuple[list[Any], str | None]:
    statement = _messages(partnership_id).where(*about(Message, subject_kind, subject_id))
    if kind is not None:
        statement = statement.where(Message.type == kind)
    if urgency is not None:
        statement = statement.where(Message.urgency == urgency)
    return await paginate(session, statement, Message.id, cursor, limit)


async def list_unacknowledged(
    session: AsyncSession, partnership_id: UUID, person_id: UUID | None, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    """Urgent messages that somebody, or `person_id`, has not acknowledged."""
    statement = _messages(partnership_id).where(Message.urgency.in_(URGENT), _waits(person_id))
    return await paginate(session, statement, Message.id, cursor, limit)
