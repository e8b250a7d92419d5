"""Read verifications."""

from uuid import UUID

from sqlalchemy import select

from entente_shared.web import CurrentMember, CurrentSession, Cursor, Limit, Page, Router, paginate

from .models import Verification
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
    statement = select(Verification).where(Verification.partnership_id == member.partnership_id)
    if deviation_id is not None:
        statement = statement.where(Verification.deviation_id == deviation_id)
    rows, next_cursor = await paginate(session, statement, Verification.id, cursor, limit)
    return Page(items=[VerificationRead.model_validate(row) for row in rows], next_cursor=next_cursor)
