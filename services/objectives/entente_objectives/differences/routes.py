"""What changed between versions of the charter, over HTTP."""

from typing import Annotated

from fastapi import Query

from entente_shared.web import CurrentMember, CurrentSession, Router

from . import queries
from .schemas import DifferencesRead

router = Router(tags=["charter"])
_Number = Annotated[int, Query(ge=1, le=1_000_000, description="the number of a version")]
_From = Annotated[int, Query(alias="from", ge=1, le=1_000_000, description="the number of a version")]


@router.get(
    "/partnerships/{partnership_id}/charter/differences",
    operation_id="objectives_get_charter_differences",
    summary="What changed between two versions",
)
async def get_differences(
    before: _From, to: _Number, member: CurrentMember, session: CurrentSession
) -> DifferencesRead:
    """Field by field, and who proposed each change. `from` may be the newer one: then it is the way back."""
    return DifferencesRead.of(await queries.compare(session, member.partnership_id, before, to))
