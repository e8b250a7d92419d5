"""The survey that a path names, read, held or locked."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from entente_shared.web import CurrentMember, CurrentSession, check_if_match

from . import queries
from .models import Survey


async def _seen(survey_id: UUID, member: CurrentMember, session: CurrentSession) -> Survey:
    return await queries.get(session, member.partnership_id, survey_id)


async def _held(survey_id: UUID, member: CurrentMember, session: CurrentSession) -> Survey:
    return await queries.get(session, member.partnership_id, survey_id, hold=True)


async def _locked(survey_id: UUID, member: CurrentMember, session: CurrentSession, request: Request) -> Survey:
    survey = await queries.get(session, member.partnership_id, survey_id, lock=True)
    check_if_match(request, survey.version)
    return survey


SeenSurvey = Annotated[Survey, Depends(_seen)]
HeldSurvey = Annotated[Survey, Depends(_held)]
LockedSurvey = Annotated[Survey, Depends(_locked)]
