"""The gaps of a revealed round of assessments."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.sealing import queries as rounds
from entente_objectives.sealing.models import Round

from . import domain
from .schemas import AssessmentBody


async def load_gaps(session: AsyncSession, found: Round) -> list[domain.Gap]:
    """Raises StillSealed and RoundWithdrawn."""
    declared = await rounds.revealed_declarations(session, found)
    ratings = {each.party_id: AssessmentBody.model_validate(each.content).scores() for each in declared}
    return domain.gaps(ratings, [each["key"] for each in found.asked])
