"""The diagnosis of a revealed round, computed from what was declared in it."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.profiles.schemas import ExpectationBody, ProfileBody
from entente_objectives.sealing import queries as rounds
from entente_objectives.sealing.models import Round

from . import domain
from .domain import Diagnosis, Profiles


async def load_profiles(session: AsyncSession, found: Round) -> Profiles:
    """Every party's profile. Raises StillSealed and RoundWithdrawn."""
    declared = await rounds.revealed_declarations(session, found)
    return {each.party_id: ProfileBody.model_validate(each.content).profile() for each in declared}


def diagnose(profiles: Profiles, found: Round) -> Diagnosis:
    return domain.diagnose(profiles, [ExpectationBody.model_validate(each).expectation() for each in found.asked])
