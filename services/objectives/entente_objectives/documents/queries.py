"""Reads of documents: one's own, the shared ones, and those granted for the purpose that is stated."""

from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.clauses.domain import RecordKind, RecordVisibility
from entente_objectives.grants import queries as grants
from entente_objectives.grants.domain import NotOwn, Rules, check_purpose
from entente_objectives.grants.models import AccessGrant
from entente_shared.errors import N_, Forbidden
from entente_shared.web import Member, paginate

from .domain import DocumentNotFound
from .models import PartyDocument

_STATE_PURPOSE = text("SELECT set_config('entente.purpose', :purpose, true)")
_NONE_SUCH = N_("No document that you may see has this id; GET .../documents and GET .../grants list them.")
_ROLES = N_("The charter keeps other parties' documents for the roles {roles}.")


async def lock_own(session: AsyncSession, member: Member, document_id: UUID) -> PartyDocument:
    """A document of the member's party, to change or grant it. Raises DocumentNotFound and NotOwn."""
    found = await session.get(PartyDocument, (member.partnership_id, document_id), with_for_update=True)
    if found is None:
        raise DocumentNotFound(_NONE_SUCH)
    if found.party_id != member.party_id:
        raise NotOwn(N_("The document belongs to another party; only that party changes or grants it."))
    return found


async def read(
    session: AsyncSession, member: Member, document_id: UUID, purpose: str | None
) -> tuple[PartyDocument, AccessGrant | None]:
    """A document, and the grant that it is read under, if it needs one.

    Raises DocumentNotFound where it is not the caller's to know of, OtherPurpose where a grant on it is for something else,
    and Forbidden where the charter admits other roles alone.
    """
    await session.execute(_STATE_PURPOSE, {"purpose": purpose or ""})
    found = await session.get(PartyDocument, (member.partnership_id, document_id))
    if found is not None and found.party_id == member.party_id:
        return found, None
    rules = await grants.rules_of(session, member.partnership_id, RecordKind.DOCUMENT)
    if found is not None and rules.narrowed(found.visibility) is RecordVisibility.SHARED:
        _require_admitted(rules, member)
        return found, None
    granted = await grants.in_force(session, member.partnership_id, RecordKind.DOCUMENT, document_id)
    check_purpose([grant.purpose for grant in granted], purpose)
    if found is None or not granted or rules.narrowed(found.visibility) is RecordVisibility.PARTY:
        raise DocumentNotFound(_NONE_SUCH)
    _require_admitted(rules, member)
    return found, next(grant for grant in granted if grant.purpose == purpose)


def _require_admitted(rules: Rules, member: Member) -> None:
    if rules.confidentiality is not None and not rules.admits(member.roles):
        raise Forbidden(_ROLES, roles=" / ".join(role.value for role in rules.confidentiality.roles))


async def list_documents(
    session: AsyncSession, member: Member, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    """One page by rising id of the party's own and of those that the charter lets all parties see."""
    rules = await grants.rules_of(session, member.partnership_id, RecordKind.DOCUMENT)
    others = rules.narrowed(RecordVisibility.SHARED) is RecordVisibility.SHARED and rules.admits(member.roles)
    statement = select(PartyDocument).where(
        PartyDocument.partnership_id == member.partnership_id,
        or_(PartyDocument.party_id == member.party_id, PartyDocument.visibility == RecordVisibility.SHARED)
        if others
        else PartyDocument.party_id == member.party_id,
    )
    return await paginate(session, statement, PartyDocument.id, cursor, limit)
