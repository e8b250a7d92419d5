"""Reading keys: those that a caller looks after, and the caller that a secret stands for."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.auth import Caller, CallerKind
from entente_shared.errors import N_, NotFound
from entente_shared.web import paginate

from .domain import Holder, KeyKind, KeySpec, may_manage
from .models import ApiKey, KeySecret
from .schemas import KeyRead, SecretRead

_PRINCIPAL = "key:"


def holder_of(caller: Caller) -> Holder:
    key_id = caller.principal.removeprefix(_PRINCIPAL)
    return Holder(
        kind=KeyKind(caller.kind.value),
        key_id=UUID(key_id),
        organisation_id=caller.organisation_id,
        person_id=caller.person_id,
        scopes=caller.scopes,
    )


def spec_of(key: ApiKey) -> KeySpec:
    return KeySpec(
        kind=KeyKind(key.kind),
        label=key.label,
        organisation_id=key.organisation_id,
        person_id=key.person_id,
        scopes=frozenset(key.scopes),
        expires_at=key.expires_at,
    )


def _managed_by(holder: Holder) -> ColumnElement[bool]:
    """`domain.may_manage` for a whole list."""
    if holder.kind is KeyKind.OPERATOR:
        return true()
    if holder.administers is not None:
        return ApiKey.organisation_id == holder.administers
    if holder.kind is KeyKind.PERSON:
        return and_(ApiKey.organisation_id == holder.organisation_id, ApiKey.person_id == holder.person_id)
    return ApiKey.id == holder.key_id


async def load(session: AsyncSession, holder: Holder, key_id: UUID, *, lock: bool) -> ApiKey:
    """Raises NotFound where it is no key that the holder looks after."""
    statement = select(ApiKey).where(ApiKey.id == key_id)
    key = await session.scalar(statement.with_for_update() if lock else statement)
    if key is None or not may_manage(holder, spec_of(key), key.id):
        raise NotFound(N_("There is no such key among yours; GET /v1/keys lists them."))
    return key


async def page(
    session: AsyncSession, holder: Holder, cursor: UUID | None, limit: int
) -> tuple[list[ApiKey], str | None]:
    """The keys that the holder looks after, and the next cursor."""
    return await paginate(session, select(ApiKey).where(_managed_by(holder)), ApiKey.id, cursor, limit)


async def read(session: AsyncSession, keys: list[ApiKey]) -> list[KeyRead]:
    """The keys as they are shown, each with its live secrets, oldest first."""
    found = await _secrets_of(session, keys)
    return [
        KeyRead(
            id=key.id,
            kind=KeyKind(key.kind),
            label=key.label,
            organisation_id=key.organisation_id,
            person_id=key.person_id,
            scopes=key.scopes,
            created_at=key.created_at,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
            secrets=[SecretRead.model_validate(secret) for secret in found[key.id]],
        )
        for key in keys
    ]


async def _secrets_of(session: AsyncSession, keys: list[ApiKey]) -> dict[UUID, list[KeySecret]]:
    found: dict[UUID, list[KeySecret]] = {key.id: [] for key in keys}
    statement = select(KeySecret).where(
        KeySecret.key_id.in_(found), or_(KeySecret.retires_at.is_(None), KeySecret.retires_at > func.clock_timestamp())
    )
    for secret in await session.scalars(statement.order_by(KeySecret.created_at)):
        found[secret.key_id].append(secret)
    return found


async def find_caller(session: AsyncSession, digest: bytes) -> Caller | None:
    """Whom the secret with this digest stands for, unless it or its key has ended."""
    statement = select(ApiKey).join(KeySecret, KeySecret.key_id == ApiKey.id)
    key = await session.scalar(
        statement.where(
            KeySecret.digest == digest,
            or_(KeySecret.retires_at.is_(None), KeySecret.retires_at > func.now()),
            ApiKey.revoked_at.is_(None),
            or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > func.now()),
        )
    )
    if key is None:
        return None
    return Caller(
        kind=CallerKind(key.kind),
        principal=f"{_PRINCIPAL}{key.id}",
        organisation_id=key.organisation_id,
        person_id=key.person_id,
        scopes=frozenset(key.scopes),
    )
