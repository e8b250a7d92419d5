"""Who sends a request: the key in its Authorization header, looked up once and remembered for a second.

That second bounds how long a revoked or retired key is still accepted, in every gateway process and without any message
between them.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from entente_shared.auth import Caller
from entente_shared.errors import N_, Unauthenticated

from ..keys.domain import digest, is_well_formed

LookUp = Callable[[bytes], Awaitable[Caller | None]]
_SCHEME = b"bearer "


class Authenticator:
    """`look_up` finds the live key with a digest. Simultaneous look-ups of one key are one; unknown keys are
    remembered too.
    """

    def __init__(self, look_up: LookUp, keep: float = 1.0, capacity: int = 20_000) -> None:
        self._look_up, self._keep, self._capacity = look_up, keep, capacity
        self._known: OrderedDict[bytes, tuple[Caller | None, float]] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[Caller | None]] = {}

    async def identify(self, authorization: bytes | None) -> Caller:
        """The caller with this header. Raises Unauthenticated for no, a malformed, unknown, revoked or expired key."""
        if authorization is None:
            raise Unauthenticated(N_("Send your key in the header Authorization: Bearer <key>."))
        if authorization[: len(_SCHEME)].lower() != _SCHEME:
            raise Unauthenticated(N_("The header Authorization must read: Bearer <key>."))
        secret = authorization[len(_SCHEME) :].strip().decode("ascii", "replace")
        key = digest(secret)
        known = self._known.get(key)
        if known is not None and known[1] > time.monotonic():
            caller = known[0]
        elif is_well_formed(secret):
            caller = await self._find(key)
        else:
            raise Unauthenticated(N_("This is not a key of Entente, or it was mistyped; copy it again in full."))
        if caller is None:
            raise Unauthenticated(N_("This key is unknown, revoked or expired; ask for a new one."))
        return caller

    async def _find(self, key: bytes) -> Caller | None:
        asking = self._asking.get(key)
        if asking is None:
            asking = self._asking[key] = asyncio.create_task(self._ask(key))
        # Shielded: the client that asked first may leave, and others wait for the same answer.
        return await asyncio.shield(asking)

    async def _ask(self, key: bytes) -> Caller | None:
        asked_at = time.monotonic()
        try:
            caller = await self._look_up(key)
        finally:
            del self._asking[key]
        self._known[key] = (caller, asked_at + self._keep)
        self._known.move_to_end(key)
        if len(self._known) > self._capacity:
            self._known.popitem(last=False)
        return caller
