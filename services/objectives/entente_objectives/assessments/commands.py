"""Ask for assessments, and give one."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.frictions import commands as frictions
from entente_objectives.sealing import commands as sealing
from entente_objectives.sealing import queries as rounds
from entente_objectives.sealing.domain import Kind
from entente_objectives.sealing.models import Declaration, Round

from . import domain, queries
from .schemas import AssessmentBody, DimensionBody


async def open_round(
    session: AsyncSession, partnership_id: UUID, party_id: UUID, dimensions: list[DimensionBody]
) -> Round:
    """Raises InvalidAssessment and RoundOpen."""
    domain.check_dimensions([each.key for each in dimensions])
    asked = [each.model_dump(mode="json") for each in dimensions]
    return await sealing.open_round(session, partnership_id, party_id, Kind.ASSESSMENT, asked)


async def assess(
    session: AsyncSession,
    found: Round,
    party_id: UUID,
    person_id: UUID,
    body: AssessmentBody,
    check_version: Callable[[int], None],
) -> Declaration:
    """Raises InvalidAssessment and RoundRevealed."""
    parties = await rounds.parties(session, found.partnership_id)
    given = [(each.party_id, each.dimension) for each in body.ratings]
    domain.check_ratings(given, parties, [each["key"] for each in found.asked])
    content = body.model_dump(mode="json")
    declared = await sealing.declare(session, found, party_id, person_id, content, check_version)
    if found.revealed_at is not None:
        findings = domain.findings(await queries.load_gaps(session, found))
        await frictions.keep(session, found.partnership_id, found.id, findings, found.revealed_at)
    return declared
