"""Read verifications."""

from uuid import UUID

from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router

from . import queries
from .schemas import VerificationRead

router = Router(tags=["deviations"])


@router.get(
    "/partnerships/{partnership_id}/verifications",
    operation_id="kpi_list_verifications",
    summary="What applied adjustments really did",
)
async def list_verifications(
    member: CurrentMember,
    session: CurrentSession,
    deviation_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[VerificationRead]:
    rows, next_cursor = await queries.list_verifications(
        session, member.partnership_id, deviation_id=deviation_id, cursor=cursor, limit=limit
    )
    return Page(items=[VerificationRead.model_validate(row) for row in rows], next_cursor=next_cursor)
