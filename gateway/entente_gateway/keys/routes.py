"""Keys over HTTP. No route shows a secret but the two that make one."""

from fastapi import Request, Response

from entente_shared.web import (
    CurrentCaller,
    CurrentSession,
    Cursor,
    Limit,
    Page,
    Router,
    set_etag,
    withhold_response,
)

from . import commands, domain, queries
from .dependencies import LoadedKey
from .schemas import KeyCreate, KeyCreated, KeyRead, RotationCreate

router = Router(prefix="/keys", tags=["keys"])


@router.post("", status_code=201, operation_id="gateway_create_key", summary="Make a key")
async def create_key(
    body: KeyCreate, request: Request, response: Response, session: CurrentSession, caller: CurrentCaller
) -> KeyCreated:
    """The answer holds the secret, once. Operators make any key; a system's key with the scope `organisation:admin`
    those of its organisation.
    """
    withhold_response(request)
    spec = body.spec()
    domain.check_may_create(queries.holder_of(caller), spec)
    made = await commands.create_key(session, spec, caller.principal)
    response.headers["Location"] = f"/v1/keys/{made.key.id}"
    return await _created(session, response, made)


@router.get("", operation_id="gateway_list_keys", summary="List the keys that you look after")
async def list_keys(
    session: CurrentSession, caller: CurrentCaller, cursor: Cursor = None, limit: Limit = 100
) -> Page[KeyRead]:
    """An operator sees all, an organisation's administrative key that organisation's, a person their own, a system
    key itself.
    """
    keys, following = await queries.page(session, queries.holder_of(caller), cursor, limit)
    return Page(items=await queries.read(session, keys), next_cursor=following)


@router.get("/{key_id}", operation_id="gateway_read_key", summary="Read a key")
async def read_key(key: LoadedKey, response: Response, session: CurrentSession) -> KeyRead:
    set_etag(response, key.version)
    return (await queries.read(session, [key]))[0]


@router.delete("/{key_id}", status_code=204, operation_id="gateway_revoke_key", summary="Revoke a key")
async def revoke_key(key: LoadedKey, session: CurrentSession) -> None:
    """The key is refused everywhere within a second. It stays listed."""
    await commands.revoke_key(session, key)


@router.post("/{key_id}/rotation", status_code=201, operation_id="gateway_rotate_key", summary="Replace a key's secret")
async def rotate_key(
    key: LoadedKey, body: RotationCreate, request: Request, response: Response, session: CurrentSession
) -> KeyCreated:
    """A new secret; the present one is accepted for `grace` more, an older one no longer: at most two are live."""
    withhold_response(request)
    return await _created(session, response, await commands.rotate_key(session, key, body.grace))


async def _created(session: CurrentSession, response: Response, made: commands.NewSecret) -> KeyCreated:
    await session.flush()
    (shown,) = await queries.read(session, [made.key])
    set_etag(response, made.key.version)
    return KeyCreated(**shown.model_dump(), secret=made.secret)
