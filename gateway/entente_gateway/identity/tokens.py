"""The internal token: what the gateway tells a service about the caller, signed with the gateway's Ed25519 key."""

import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import OKPKey

from entente_shared.auth import ALGORITHM, ISSUER, Caller

LIFETIME = 60
_HEADER = {"alg": ALGORITHM, "typ": "JWT"}


class Mint:
    """Signs tokens for one caller and one audience, and gives the same one out again for `reuse` seconds (signing
    costs 76 us).
    """

    def __init__(
        self, private_key: Path, *, reuse: float = 30, capacity: int = 20_000, clock: Callable[[], float] = time.time
    ) -> None:
        self._key = OKPKey.import_key(private_key.read_text())
        self._reuse, self._capacity, self._clock = reuse, capacity, clock
        self._given: OrderedDict[tuple[str, str], tuple[bytes, float]] = OrderedDict()

    def authorization(self, caller: Caller, audience: str) -> bytes:
        """The value of the Authorization header for a request of `caller` to the service `audience`."""
        now = self._clock()
        given = self._given.get((caller.principal, audience))
        if given is not None and given[1] > now:
            return given[0]
        value = b"Bearer " + self._sign(caller, audience, int(now)).encode()
        self._given[caller.principal, audience] = (value, now + self._reuse)
        self._given.move_to_end((caller.principal, audience))
        if len(self._given) > self._capacity:
            self._given.popitem(last=False)
        return value

    def _sign(self, caller: Caller, audience: str, now: int) -> str:
        claims = {
            "iss": ISSUER,
            "aud": audience,
            "sub": caller.principal,
            "kind": caller.kind.value,
            "org": str(caller.organisation_id) if caller.organisation_id else None,
            "person": str(caller.person_id) if caller.person_id else None,
            "scopes": sorted(caller.scopes),
            "iat": now,
            "exp": now + LIFETIME,
        }
        return jwt.encode(_HEADER, claims, self._key, algorithms=[ALGORITHM])
