"""The benefit that a path names, read or locked."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from entente_shared.web import CurrentMember, CurrentSession, check_if_match

from . import queries
from .models import Benefit, Realisation


async def _seen(benefit_id: UUID, member: CurrentMember, session: CurrentSession) -> Benefit:
    return await queries.get(session, member.partnership_id, benefit_id)


async def _locked(benefit_id: UUID, member: CurrentMember, session: CurrentSession, request: Request) -> Benefit:
    benefit = await queries.get(session, member.partnership_id, benefit_id, lock=True)
    check_if_match(request, benefit.version)
    return benefit


SeenBenefit = Annotated[Benefit, Depends(_seen)]
LockedBenefit = Annotated[Benefit, Depends(_locked)]


async def _seen_realisation(realisation_id: UUID, benefit: SeenBenefit, session: CurrentSession) -> Realisation:
    return await queries.get_realisation(session, benefit, realisation_id)


async def _realisation_of_locked(realisation_id: UUID, benefit: LockedBenefit, session: CurrentSession) -> Realisation:
    return await queries.get_realisation(session, benefit, realisation_id)


SeenRealisation = Annotated[Realisation, Depends(_seen_realisation)]
RealisationOfLocked = Annotated[Realisation, Depends(_realisation_of_locked)]
