"""Who may claim, and who may judge."""

from entente_shared.events.objectives import Role
from entente_shared.web import Member

from ..circle import confidence
from .domain import Judgement
from .schemas import VerdictCreate


def require_manager(member: Member) -> None:
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER, scope="organisation:admin")


def judgement(member: Member, body: VerdictCreate) -> Judgement:
    """A person's word, not a system's."""
    member.require(Role.SPONSOR, Role.ALLIANCE_MANAGER)
    return Judgement(member.party_id, confidence.person(member), body.opinion, body.reason)
