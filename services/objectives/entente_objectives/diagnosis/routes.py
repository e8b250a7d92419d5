"""The diagnosis of revealed profiles over HTTP."""

import asyncio

from entente_objectives.profiles.dependencies import SeenRound
from entente_shared.web import CurrentSession, Router

from . import queries
from .schemas import DiagnosisRead

router = Router(tags=["diagnosis"])


@router.get(
    "/partnerships/{partnership_id}/profile-rounds/{round_id}/diagnosis", operation_id="objectives_get_diagnosis"
)
async def get_diagnosis(found: SeenRound, session: CurrentSession) -> DiagnosisRead:
    """How far the parties' expectations, values and practices agree, with the parts of each number."""
    profiles = await queries.load_profiles(session, found)
    # Fifty parties have more than a thousand pairs for each expectation: others are answered meanwhile.
    return await asyncio.to_thread(lambda: DiagnosisRead.of(found.id, queries.diagnose(profiles, found)))
