"""The round of assessments that a path names, read or locked."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from entente_objectives.sealing import queries
from entente_objectives.sealing.domain import Kind
from entente_objectives.sealing.models import Round
from entente_shared.web import CurrentMember, CurrentSession


async def _seen(round_id: UUID, member: CurrentMember, session: CurrentSession) -> Round:
    return await queries.get_round(session, member.partnership_id, Kind.ASSESSMENT, round_id)


async def _locked(round_id: UUID, member: CurrentMember, session: CurrentSession) -> Round:
    return await queries.get_round(session, member.partnership_id, Kind.ASSESSMENT, round_id, lock=True)


SeenRound = Annotated[Round, Depends(_seen)]
LockedRound = Annotated[Round, Depends(_locked)]
