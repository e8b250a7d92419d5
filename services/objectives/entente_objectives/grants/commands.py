"""Grant, revoke, and note each access."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.clauses.domain import RecordKind
from entente_objectives.documents import queries as documents
from entente_objectives.partnerships.queries import parties_of
from entente_shared.errors import N_
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now
from entente_shared.web import Member

from . import domain, queries
from .models import AccessGrant, GrantAccess, GrantReader

# How a record of the member's own party is loaded, under lock, by its kind.
_OWN = {RecordKind.DOCUMENT: documents.lock_own}


async def grant(
    session: AsyncSession, member: Member, record: RecordKind, record_id: UUID, draft: domain.Draft
) -> UUID:
    """Grant a record of the member's party. Raises NotFound, NotOwn, NotGrantable and InvalidGrant."""
    partnership_id = member.partnership_id
    own = await _OWN[record](session, member, record_id)
    rules = await queries.rules_of(session, partnership_id, record)
    now = await partnership_now(session, partnership_id)
    parties = {party.id: party for party in (await parties_of(session, [partnership_id]))[partnership_id]}
    domain.check_grantable(rules.narrowed(own.visibility))
    domain.check_draft(draft, member.party_id, parties, rules, now)
    made = AccessGrant(
        partnership_id=partnership_id,
        id=new_id(),
        record=record,
        record_id=own.id,
        party_id=member.party_id,
        organisation_id=member.organisation_id,
        person_id=member.caller.person_id,
        purpose=draft.purpose,
        term=draft.term,
        granted_at=now,
        expires_at=draft.expires_at,
        readers=[
            GrantReader(
                party_id=reader,
                organisation_id=parties[reader].organisation_id,
                grantor_organisation_id=member.organisation_id,
            )
            for reader in sorted(draft.readers)
        ],
    )
    session.add(made)
    await session.flush()
    return made.id


async def revoke(session: AsyncSession, grant: AccessGrant, member: Member, reason: str) -> None:
    """End a grant (given locked) for all its readers. Raises NotOwn and GrantEnded."""
    if grant.party_id != member.party_id:
        raise domain.NotOwn(N_("Another party gave this grant; only that party revokes it."))
    if grant.revoked_at is not None:
        raise domain.GrantEnded(N_("There is nothing left to revoke."))
    grant.revoked_at = await partnership_now(session, member.partnership_id)
    grant.revoked_by, grant.revocation = member.caller.person_id, reason
    await session.flush()


async def note_access(session: AsyncSession, member: Member, grant: AccessGrant) -> None:
    session.add(
        GrantAccess(
            partnership_id=member.partnership_id,
            id=new_id(),
            grant_id=grant.id,
            party_id=member.party_id,
            organisation_id=member.organisation_id,
            grantor_organisation_id=grant.organisation_id,
            person_id=member.caller.person_id,
            purpose=grant.purpose,
            accessed_at=await partnership_now(session, member.partnership_id),
        )
    )
    await session.flush()
