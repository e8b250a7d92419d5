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


async def _around(benefit_id: UUID, member: CurrentMember, session: CurrentSession) -> Benefit:
    return await queries.get(session, member.partnership_id, benefit_id, lock=True)


BenefitAround = Annotated[Benefit, Depends(_around)]
"""Locked for the sake of what hangs on it, which has an If-Match of its own."""


async def _seen_realisation(realisation_id: UUID, benefit: SeenBenefit, session: CurrentSession) -> Realisation:
    return await queries.get_realisation(session, benefit, realisation_id)


async def _locked_realisation(
    realisation_id: UUID, benefit: BenefitAround, session: CurrentSession, request: Request
) -> Realisation:
    realisation = await queries.get_realisation(session, benefit, realisation_id)
    check_if_match(request, realisation.version)
    return realisation


SeenRealisation = Annotated[Realisation, Depends(_seen_realisation)]
LockedRealisation = Annotated[Realisation, Depends(_locked_realisation)]
