"""Typed messages: whom they reach, and who has acknowledged them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from entente_objectives.clauses.domain import Urgency
from entente_shared.errors import N_, Forbidden, NotFound, Unprocessable
from entente_shared.events.objectives import Role

URGENT = (Urgency.HIGH, Urgency.IMMEDIATE)


class MessageNotFound(NotFound):
    slug, title = "message-not-found", N_("There is no such message")


class InvalidMessage(Unprocessable):
    slug, title = "invalid-message", N_("The message cannot be sent like this")


class NotARecipient(Forbidden):
    slug, title = "not-a-recipient", N_("The message was not sent to you")


@dataclass(frozen=True, slots=True)
class Place:
    """A role that a person holds for a party."""

    member_id: UUID
    party_id: UUID
    person_id: UUID
    role: Role


def check_parties(wanted: Sequence[UUID], parties: Collection[UUID]) -> None:
    for index, party in enumerate(wanted):
        if party not in parties:
            raise InvalidMessage(
                N_("party_ids: no party of the partnership has this id; the partnership's record lists them."),
                pointer=f"/party_ids/{index}",
            )


def recipients(
    places: Iterable[Place], parties: Collection[UUID], roles: Collection[Role], sender: UUID
) -> list[Place]:
    """Who of the `parties` holds one of the `roles`, each person once and never the sender, by the first of their places.

    A party that nobody would hear it in is an error when it is sent, not a message into the void. Raises InvalidMessage.
    """
    chosen: dict[UUID, Place] = {}
    for place in places:
        if place.party_id in parties and place.role in roles and place.person_id != sender:
            chosen.setdefault(place.person_id, place)
    reached = {place.party_id for place in chosen.values()}
    if not reached or set(parties) - reached:
        raise InvalidMessage(
            N_("roles: in at least one of the parties nobody holds {roles}; add roles, or leave the party out."),
            pointer="/roles",
            roles=" / ".join(sorted(roles)),
        )
    return list(chosen.values())


def check_recipient(person: UUID, people: Collection[UUID]) -> None:
    if person not in people:
        raise NotARecipient(N_("Only those to whom it was sent acknowledge it; `recipients` lists them."))
