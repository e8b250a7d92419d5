"""Who acts: a person with a role in the partnership. Systems push figures; what is said between people, people say."""

from dataclasses import dataclass
from uuid import UUID

from entente_shared.errors import N_, Forbidden
from entente_shared.events.objectives import Role
from entente_shared.web import Member

MANAGERS = (Role.SPONSOR, Role.ALLIANCE_MANAGER)
SPEAKERS = (*MANAGERS, Role.COMMITTEE_MEMBER, Role.MEDIATOR, Role.CONTRIBUTOR)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who acts for a party of a partnership."""

    partnership_id: UUID
    organisation_id: UUID
    party_id: UUID
    person_id: UUID
    roles: frozenset[Role]

    @property
    def manages(self) -> bool:
        return bool(self.roles.intersection(MANAGERS))


def person(member: Member) -> Actor:
    """Anybody who is a member. Raises Forbidden where a system calls."""
    if member.caller.person_id is None:
        raise Forbidden(N_("Only a person may do this; use a personal key."))
    place = (member.partnership_id, member.organisation_id, member.party_id)
    return Actor(*place, member.caller.person_id, member.roles)


def speaker(member: Member) -> Actor:
    """A member who takes part: anybody but observers. Raises Forbidden."""
    actor = person(member)
    member.require(*SPEAKERS)
    return actor


def manager(member: Member) -> Actor:
    """A sponsor or alliance manager. Raises Forbidden."""
    actor = person(member)
    member.require(*MANAGERS)
    return actor
