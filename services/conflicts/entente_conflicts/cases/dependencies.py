"""What routes about a case ask for: the case, seen or locked, and the person who acts on it."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from entente_shared.errors import N_, Forbidden
from entente_shared.events.objectives import Role
from entente_shared.web import CurrentMember, CurrentSession, Member, check_if_match

from . import queries
from .domain import Actor
from .models import Case

MEDIATING = (Role.SPONSOR, Role.ALLIANCE_MANAGER, Role.COMMITTEE_MEMBER, Role.MEDIATOR)


def act_as(member: Member, *roles: Role) -> Actor:
    """The person behind a request. Raises Forbidden unless they have one of `roles`."""
    member.require(*roles)
    if member.caller.person_id is None:
        raise Forbidden(N_("Only a person may do this; use a personal key."))
    return Actor(party_id=member.party_id, person_id=member.caller.person_id)


async def _seen(case_id: UUID, session: CurrentSession, member: CurrentMember) -> Case:
    return await queries.get(session, member.partnership_id, case_id)


async def _locked(case_id: UUID, session: CurrentSession, member: CurrentMember, request: Request) -> Case:
    case = await queries.locked(session, member.partnership_id, case_id)
    check_if_match(request, case.version)
    return case


SeenCase = Annotated[Case, Depends(_seen)]
LockedCase = Annotated[Case, Depends(_locked)]
