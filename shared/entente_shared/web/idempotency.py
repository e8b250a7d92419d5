"""Idempotency-Key: a write that is sent again is answered as the first time, and done once.

The key is claimed in the write's own transaction: a concurrent repeat waits for the first one's end.
"""

import hashlib
from collections.abc import Awaitable, Callable

from fastapi import Request
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from .. import consistency
from ..auth import Caller
from ..errors import N_, Conflict, Unprocessable
from ..plumbing import idempotency_key

HEADER = "Idempotency-Key"
_KEPT = ("content-type", "location", "etag")


class KeyReused(Conflict):
    slug = "idempotency-key-reused"
    title = N_("This Idempotency-Key belongs to another request")


def withhold_response(request: Request) -> None:
    """Called by a route whose answer holds a secret: it is not stored, and a repeat is told that the work is done."""
    request.state.withheld = True


async def once(
    session: AsyncSession, request: Request, caller: Caller, act: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Run `act` unless the request's key was used before; then answer as it did."""
    key = request.headers.get(HEADER)
    if key is None:
        return await act(request)
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise Unprocessable(
            N_("The header Idempotency-Key must have 1 to 200 printable characters; a UUID serves well.")
        )
    fingerprint = hashlib.sha256(
        f"{request.method} {request.url.path}?{request.url.query}\n".encode() + await request.body()
    ).digest()
    where = (idempotency_key.c.principal == caller.principal, idempotency_key.c.key == key)
    row = {"principal": caller.principal, "key": key, "fingerprint": fingerprint}
    claimed = await session.execute(
        insert(idempotency_key).values(row).on_conflict_do_nothing().returning(idempotency_key.c.key)
    )
    if claimed.first() is None:
        return await _replay(session, where, fingerprint)
    response = await act(request)
    stored = {name: response.headers[name] for name in _KEPT if name in response.headers}
    if session.info.get("events"):
        last = session.info["events"][-1]["event_id"]
        stored[consistency.HEADER] = consistency.render(request.app.state.runtime.name, last, [])
    content = None if getattr(request.state, "withheld", False) else bytes(response.body)
    await session.execute(
        update(idempotency_key).where(*where).values(status=response.status_code, headers=stored, body=content)
    )
    return response


async def _replay(session: AsyncSession, where: tuple[object, ...], fingerprint: bytes) -> Response:
    first = (await session.execute(select(idempotency_key).where(*where))).one()  # type: ignore[arg-type]
    if bytes(first.fingerprint) != fingerprint:
        raise KeyReused(N_("The key of the header Idempotency-Key was used for another request; take a new key."))
    if first.body is None:
        raise KeyReused(N_("This request was carried out before; its answer held a secret and is not kept."))
    return Response(bytes(first.body), first.status, {**first.headers, "Idempotency-Replayed": "true"})
