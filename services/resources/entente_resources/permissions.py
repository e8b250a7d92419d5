"""Who may write what a party brings and needs."""

from uuid import UUID

from entente_shared.errors import N_, Forbidden
from entente_shared.events.objectives import Role
from entente_shared.web import Member

SYSTEM_SCOPE = "organisation:admin"


def require_contributor(member: Member) -> None:
    """A party's resources and needs are entered by those who work for it."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.CONTRIBUTOR, scope=SYSTEM_SCOPE)


def require_own(member: Member, party_id: UUID) -> None:
    """Raises Forbidden for another party's record."""
    require_contributor(member)
    if member.party_id != party_id:
        raise Forbidden(N_("This belongs to another party; only that party changes it."))


def require_manager(member: Member) -> None:
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, scope=SYSTEM_SCOPE)
