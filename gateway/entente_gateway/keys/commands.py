"""Making, rotating and revoking keys. A secret leaves this module once, to be shown to the one who asked."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.errors import N_, Conflict, Unprocessable
from entente_shared.ids import new_id

from . import domain
from .domain import KeySpec
from .models import ApiKey, KeySecret

LONGEST_GRACE = timedelta(days=30)


class KeyEnded(Conflict):
    slug = "key-ended"
    title = N_("The key has been revoked or has expired")


@dataclass(frozen=True)
class NewSecret:
    key: ApiKey
    secret: str


async def create_key(session: AsyncSession, spec: KeySpec, created_by: str) -> NewSecret:
    """A new live key. The caller has checked who may make it; `created_by` is their principal."""
    now = await _now(session)
    domain.check(spec, now)
    key = ApiKey(
        id=new_id(),
        kind=spec.kind.value,
        label=spec.label,
        organisation_id=spec.organisation_id,
        person_id=spec.person_id,
        scopes=sorted(spec.scopes),
        created_by=created_by,
        created_at=now,
        expires_at=spec.expires_at,
        version=1,
    )
    session.add(key)
    await session.flush()
    return NewSecret(key, _add_secret(session, key.id, now))


async def rotate_key(session: AsyncSession, key: ApiKey, grace: timedelta) -> NewSecret:
    """A second secret for `key`; see `domain.retirements` for what becomes of the others. The key's row is locked."""
    now = await _now(session)
    if not timedelta() <= grace <= LONGEST_GRACE:
        raise Unprocessable(N_("The grace is at least PT0S and at most P30D."), pointer="/grace")
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        raise KeyEnded(N_("A key that has ended cannot be rotated; make a new one."))
    rows = {row.digest: row for row in await session.scalars(select(KeySecret).where(KeySecret.key_id == key.id))}
    known = [domain.Secret(row.digest, row.created_at, row.retires_at) for row in rows.values()]
    for digest, retires_at in domain.retirements(known, now, grace).items():
        rows[digest].retires_at = retires_at
    key.version += 1
    return NewSecret(key, _add_secret(session, key.id, now))


async def revoke_key(session: AsyncSession, key: ApiKey) -> None:
    """End `key` and both its secrets. Revoking it again changes nothing."""
    if key.revoked_at is None:
        key.revoked_at = await _now(session)
        key.version += 1


def _add_secret(session: AsyncSession, key_id: UUID, now: datetime) -> str:
    secret = domain.new_secret(secrets.choice)
    session.add(
        KeySecret(
            digest=domain.digest(secret), key_id=key_id, prefix=domain.shown(secret), created_at=now, retires_at=None
        )
    )
    return secret


async def _now(session: AsyncSession) -> datetime:
    now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    return now
