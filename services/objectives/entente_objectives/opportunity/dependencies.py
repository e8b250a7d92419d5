"""The analysis that a path names, read or locked."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from entente_shared.web import CurrentMember, CurrentSession, check_if_match

from . import queries
from .models import Opportunity


async def _seen(opportunity_id: UUID, member: CurrentMember, session: CurrentSession) -> Opportunity:
    return await queries.get_opportunity(session, member.partnership_id, opportunity_id)


async def _locked(
    opportunity_id: UUID, member: CurrentMember, session: CurrentSession, request: Request
) -> Opportunity:
    found = await queries.get_opportunity(session, member.partnership_id, opportunity_id, lock=True)
    check_if_match(request, found.version)
    return found


SeenAnalysis = Annotated[Opportunity, Depends(_seen)]
LockedAnalysis = Annotated[Opportunity, Depends(_locked)]
