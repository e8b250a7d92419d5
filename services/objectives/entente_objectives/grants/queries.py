"""Reads of grants, and of the charter's rules on what may be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from entente_objectives.charter.domain import NoCharter
from entente_objectives.charter.queries import load_agreed
from entente_objectives.clauses.domain import RecordKind
from entente_shared.errors import N_, NotFound
from entente_shared.timers import partnership_now
from entente_shared.web import CurrentMember, CurrentSession, paginate

from .domain import GrantStanding, Rules, standing
from .models import AccessGrant, GrantAccess


class NoSuchGrant(NotFound):
    slug, title = "no-such-grant", N_("There is no such grant")


@dataclass(frozen=True)
class SeenGrant:
    """A grant as the caller sees it, with where it stands now."""

    grant: AccessGrant
    standing: GrantStanding


async def rules_of(session: AsyncSession, partnership_id: UUID, record: RecordKind) -> Rules:
    """What the charter in force says; nothing, before there is one."""
    try:
        terms = (await load_agreed(session, partnership_id)).terms
    except NoCharter:
        return Rules(None, {})
    narrow = next((term for term in terms.confidentiality if term.record is record), None)
    return Rules(narrow, {term.key: term for term in terms.intellectual_property})


def _standing(grant: AccessGrant, rules: Rules, now: datetime) -> GrantStanding:
    supported = any(
        rules.supports(grant.term, grant.party_id, reader.party_id, grant.purpose, now) for reader in grant.readers
    )
    return standing(grant.revoked_at, grant.expires_at, supported=supported, now=now)


async def in_force(
    session: AsyncSession, partnership_id: UUID, record: RecordKind, record_id: UUID
) -> list[AccessGrant]:
    """The caller's grants on a record that hold now, the newest first."""
    statement = _grants(partnership_id).where(AccessGrant.record == record, AccessGrant.record_id == record_id)
    found = (await session.execute(statement.order_by(AccessGrant.id.desc()))).scalars().all()
    seen = await _see(session, partnership_id, found)
    return [each.grant for each in seen if each.standing is GrantStanding.IN_FORCE]


async def load_grant(session: AsyncSession, partnership_id: UUID, grant_id: UUID, *, lock: bool = False) -> SeenGrant:
    statement = _grants(partnership_id).where(AccessGrant.id == grant_id)
    if lock:
        statement = statement.with_for_update(of=AccessGrant).execution_options(populate_existing=True)
    found = (await session.execute(statement)).scalar_one_or_none()
    if found is None:
        raise NoSuchGrant(N_("No grant that you gave or received has this id; GET .../grants lists them."))
    return (await _see(session, partnership_id, [found]))[0]


async def list_grants(
    session: AsyncSession, partnership_id: UUID, *, record_id: UUID | None, cursor: UUID | None, limit: int
) -> tuple[list[SeenGrant], str | None]:
    """One page by rising id of what the caller's party gave and received."""
    statement = _grants(partnership_id)
    if record_id is not None:
        statement = statement.where(AccessGrant.record_id == record_id)
    rows, next_cursor = await paginate(session, statement, AccessGrant.id, cursor, limit)
    return await _see(session, partnership_id, rows), next_cursor


async def list_accesses(
    session: AsyncSession, grant: AccessGrant, cursor: UUID | None, limit: int
) -> tuple[list[Any], str | None]:
    statement = select(GrantAccess).where(
        GrantAccess.partnership_id == grant.partnership_id, GrantAccess.grant_id == grant.id
    )
    return await paginate(session, statement, GrantAccess.id, cursor, limit)


async def _see(session: AsyncSession, partnership_id: UUID, grants: Sequence[AccessGrant]) -> list[SeenGrant]:
    if not grants:
        return []
    now = await partnership_now(session, partnership_id)
    rules = await rules_of(session, partnership_id, RecordKind.DOCUMENT)
    return [SeenGrant(grant, _standing(grant, rules, now)) for grant in grants]


def _grants(partnership_id: UUID) -> Select[AccessGrant]:
    return (
        select(AccessGrant)
        .where(AccessGrant.partnership_id == partnership_id)
        .options(selectinload(AccessGrant.readers))
    )


async def _load(grant_id: UUID, member: CurrentMember, session: CurrentSession) -> SeenGrant:
    return await load_grant(session, member.partnership_id, grant_id)


async def _lock(grant_id: UUID, member: CurrentMember, session: CurrentSession) -> SeenGrant:
    return await load_grant(session, member.partnership_id, grant_id, lock=True)


LoadedGrant = Annotated[SeenGrant, Depends(_load)]
LockedGrant = Annotated[SeenGrant, Depends(_lock)]
