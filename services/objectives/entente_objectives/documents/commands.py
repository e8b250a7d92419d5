"""Write documents and change them."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.clauses.domain import RecordKind
from entente_objectives.grants import domain as granting
from entente_objectives.grants import queries as grants
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now
from entente_shared.web import Member

from . import domain
from .models import PartyDocument


async def write_document(session: AsyncSession, member: Member, draft: domain.Draft) -> PartyDocument:
    """Raises WiderThanAgreed."""
    document = PartyDocument(
        partnership_id=member.partnership_id,
        id=new_id(),
        party_id=member.party_id,
        organisation_id=member.organisation_id,
        created_at=await partnership_now(session, member.partnership_id),
    )
    await _fill(session, document, member, draft)
    session.add(document)
    await session.flush()
    return document


async def change_document(session: AsyncSession, document: PartyDocument, member: Member, draft: domain.Draft) -> None:
    """`document` is the member's party's own, and locked. Raises WiderThanAgreed and StaysShared."""
    domain.check_change(document.visibility, draft.visibility)
    await _fill(session, document, member, draft)
    await session.flush()


async def _fill(session: AsyncSession, document: PartyDocument, member: Member, draft: domain.Draft) -> None:
    if draft.visibility is not document.visibility:
        granting.check_width(
            draft.visibility, await grants.rules_of(session, member.partnership_id, RecordKind.DOCUMENT)
        )
    assert member.caller.person_id is not None, "a system holds no role"
    document.title, document.text, document.link = draft.title, draft.text, draft.link
    document.visibility, document.person_id = draft.visibility, member.caller.person_id
    document.changed_at = await partnership_now(session, member.partnership_id)
