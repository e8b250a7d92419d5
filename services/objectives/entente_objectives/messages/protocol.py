"""The communication protocol: which type and urgency of a message goes by which channels to which roles."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from entente_objectives.clauses.domain import Channel, MessageType, Urgency
from entente_shared.events.objectives import Role


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the charter's protocol."""

    type: MessageType
    urgency: Urgency
    channels: tuple[Channel, ...]
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """Where a message goes. `of_charter`: the charter says so; otherwise it is the default."""

    channels: tuple[Channel, ...]
    roles: tuple[Role, ...]
    of_charter: bool


# What holds where the charter says nothing: everything stands in the stream; what is urgent also reaches those who do not
# look, and what cannot wait is pushed to systems. Information is for who runs the alliance, innovation also for who
# judges it, and an urgent concern also for who answers for the party.
DEFAULT_CHANNELS = {
    Urgency.LOW: (Channel.STREAM,),
    Urgency.NORMAL: (Channel.STREAM,),
    Urgency.HIGH: (Channel.STREAM, Channel.EMAIL),
    Urgency.IMMEDIATE: (Channel.STREAM, Channel.EMAIL, Channel.WEBHOOK),
}
DEFAULT_ROLES = {
    MessageType.INFORMATION: (Role.ALLIANCE_MANAGER,),
    MessageType.CONCERN: (Role.ALLIANCE_MANAGER,),
    MessageType.INNOVATION: (Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER),
}


def rules(content: Iterable[Mapping[str, Any]] | None) -> tuple[Rule, ...]:
    """The lines of the charter's `communication`. None where the charter has no protocol."""
    return tuple(
        Rule(
            MessageType(line["type"]),
            Urgency(line["urgency"]),
            tuple(Channel(channel) for channel in line["channels"]),
            tuple(Role(role) for role in line["roles"]),
        )
        for line in content or ()
    )


def route(protocol: Sequence[Rule], kind: MessageType, urgency: Urgency) -> Route:
    """What the protocol's lines of this type and urgency say together; the default where there is none."""
    lines = [line for line in protocol if (line.type, line.urgency) == (kind, urgency)]
    if lines:
        channels = dict.fromkeys(channel for line in lines for channel in line.channels)
        return Route(tuple(channels), tuple(dict.fromkeys(role for line in lines for role in line.roles)), True)
    roles = DEFAULT_ROLES[kind]
    if kind is MessageType.CONCERN and urgency in (Urgency.HIGH, Urgency.IMMEDIATE):
        roles = (*roles, Role.SPONSOR)
    return Route(DEFAULT_CHANNELS[urgency], roles, False)
