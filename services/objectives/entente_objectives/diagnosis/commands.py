"""What is done once a round of profiles is revealed."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.frictions import commands as frictions
from entente_objectives.sealing.models import Round

from . import findings, queries


async def find_frictions(session: AsyncSession, found: Round, now: datetime) -> None:
    """Keep and tell the friction zones and synergies of a locked round, in the transaction that revealed it."""
    profiles = await queries.load_profiles(session, found)
    diagnosis = queries.diagnose(profiles, found)
    await frictions.keep(session, found.partnership_id, found.id, findings.findings(diagnosis, profiles), now)
