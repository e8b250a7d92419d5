"""Send and acknowledge messages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.actors import Actor
from entente_objectives.clauses.domain import MessageType, Urgency
from entente_objectives.visibility.domain import Sight, Subject, Visibility
from entente_objectives.visibility.queries import organisations_of_parties
from entente_shared.events import objectives as events
from entente_shared.events.objectives import Role
from entente_shared.ids import new_id
from entente_shared.outbox import publish
from entente_shared.timers import partnership_now

from . import domain, protocol, queries
from .models import Message, MessageRecipient


@dataclass(frozen=True, slots=True)
class Draft:
    """`parties` empty: all. `roles` are told beside those that the protocol names."""

    type: MessageType
    urgency: Urgency
    title: str
    text: str
    subject: Subject | None
    parties: Sequence[UUID]
    roles: Sequence[Role]


async def send(session: AsyncSession, actor: Actor, draft: Draft) -> Message:
    """By the channels and to the roles that the charter's protocol says, or the default. Raises InvalidMessage."""
    charter_version, rules = await queries.load_protocol(session, actor.partnership_id)
    route = protocol.route(rules, draft.type, draft.urgency)
    parties = await organisations_of_parties(session, actor.partnership_id)
    domain.check_parties(draft.parties, parties)
    chosen = set(draft.parties) or parties.keys() - {actor.party_id}
    roles = tuple(dict.fromkeys((*route.roles, *draft.roles)))
    places = await queries.places(session, actor.partnership_id, chosen)
    told = domain.recipients(places, chosen, roles, actor.person_id)
    message = Message(
        partnership_id=actor.partnership_id,
        id=new_id(),
        type=draft.type,
        urgency=draft.urgency,
        title=draft.title,
        text=draft.text,
        channels=[channel.value for channel in route.channels],
        roles=[role.value for role in roles],
        party_id=actor.party_id,
        person_id=actor.person_id,
        charter_version=charter_version if route.of_charter else None,
        sent_at=await partnership_now(session, actor.partnership_id),
        acknowledged=0,
        recipients=[
            MessageRecipient(
                person_id=place.person_id, member_id=place.member_id, party_id=place.party_id, acknowledged_at=None
            )
            for place in told
        ],
    )
    message.be_about(draft.subject)
    message.show_to(_sight(actor.party_id, chosen, parties))
    session.add(message)
    await session.flush()
    _tell_sent(session, message)
    return message


def _sight(sender: UUID, chosen: Collection[UUID], parties: dict[UUID, UUID]) -> Sight:
    """The sender's party and the recipients', also where these are all of today: the next party was not told."""
    seen = sorted({sender, *chosen})
    return Sight(Visibility.NAMED, tuple(seen), tuple(sorted(parties[party] for party in seen)))


def _tell_sent(session: AsyncSession, message: Message) -> None:
    """Who is told by what; the words stay here, where mail takes them from."""
    subject = message.subject
    event = events.MessageSent(
        partnership_id=message.partnership_id,
        message_id=message.id,
        type=message.type,
        urgency=message.urgency,
        channels=message.channels,
        roles=[Role(role) for role in message.roles],
        party_id=message.party_id,
        person_id=message.person_id,
        recipients=[
            events.MessageRecipient(member_id=each.member_id, party_id=each.party_id, person_id=each.person_id)
            for each in message.recipients
        ],
        subject=events.RecordReference(kind=subject.kind, id=subject.id) if subject else None,
        charter_version=message.charter_version,
        sent_at=message.sent_at,
    )
    publish(session, event, audience=message.audience)


async def acknowledge(session: AsyncSession, actor: Actor, message: Message) -> None:
    """The first acknowledgement counts. `message` is locked, so that the last one knows that it is. Raises NotARecipient."""
    by_person = {recipient.person_id: recipient for recipient in message.recipients}
    domain.check_recipient(actor.person_id, by_person)
    recipient = by_person[actor.person_id]
    if recipient.acknowledged_at is not None:
        return
    recipient.acknowledged_at = now = await partnership_now(session, message.partnership_id)
    message.acknowledged += 1
    await session.flush()
    event = events.MessageAcknowledged(
        partnership_id=message.partnership_id,
        message_id=message.id,
        party_id=actor.party_id,
        person_id=actor.person_id,
        waiting=len(message.recipients) - message.acknowledged,
        acknowledged_at=now,
    )
    publish(session, event, audience=message.audience)
