"""Ask for profiles, and declare one."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.diagnosis import commands as diagnosis
from entente_objectives.sealing import commands as sealing
from entente_objectives.sealing.domain import Kind
from entente_objectives.sealing.models import Declaration, Round

from . import domain
from .schemas import ExpectationBody, ProfileBody


async def open_round(
    session: AsyncSession, partnership_id: UUID, party_id: UUID, expectations: list[ExpectationBody]
) -> Round:
    """Raises InvalidRound and RoundOpen."""
    domain.check_expectations([each.expectation() for each in expectations])
    asked = [each.model_dump(mode="json") for each in expectations]
    return await sealing.open_round(session, partnership_id, party_id, Kind.PROFILE, asked)


async def declare(
    session: AsyncSession,
    found: Round,
    party_id: UUID,
    person_id: UUID,
    body: ProfileBody,
    check_version: Callable[[int], None],
) -> Declaration:
    """Raises InvalidProfile and RoundRevealed."""
    asked = [ExpectationBody.model_validate(each).expectation() for each in found.asked]
    domain.check_profile(body.profile(), asked)
    content = body.model_dump(mode="json")
    declared = await sealing.declare(session, found, party_id, person_id, content, check_version)
    if found.revealed_at is not None:
        await diagnosis.find_frictions(session, found, found.revealed_at)
    return declared
