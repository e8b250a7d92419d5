"""Commitments over HTTP."""

from entente_objectives.bodies import page_of
from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router

from . import queries
from .schemas import CommitmentRead

router = Router(tags=["commitments"])


@router.get("/partnerships/{partnership_id}/commitments", operation_id="objectives_list_commitments")
async def list_commitments(
    member: CurrentMember, session: CurrentSession, cursor: Cursor = None, limit: Limit = 100
) -> Page[CommitmentRead]:
    """What the parties committed to by when."""
    return page_of(CommitmentRead, await queries.list_commitments(session, member.partnership_id, cursor, limit))
