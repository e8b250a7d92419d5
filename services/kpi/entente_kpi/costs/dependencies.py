"""The cost that a path names, read or locked."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from entente_shared.web import CurrentMember, CurrentSession, check_if_match

from . import queries
from .models import Cost


async def _seen(cost_id: UUID, member: CurrentMember, session: CurrentSession) -> Cost:
    return await queries.get(session, member.partnership_id, cost_id)


async def _locked(cost_id: UUID, member: CurrentMember, session: CurrentSession, request: Request) -> Cost:
    cost = await queries.get(session, member.partnership_id, cost_id, lock=True)
    check_if_match(request, cost.version)
    return cost


SeenCost = Annotated[Cost, Depends(_seen)]
LockedCost = Annotated[Cost, Depends(_locked)]
