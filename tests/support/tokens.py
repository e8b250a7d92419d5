"""Internal tokens as the gateway signs them, for tests that call a service directly."""

import time
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import OKPKey

from entente_shared.auth import ALGORITHM, ISSUER


def internal_token(
    private_key: Path,
    service: str,
    kind: str,
    organisation: UUID | None,
    person: UUID | None = None,
    scopes: Iterable[str] = (),
    seconds: float = 3600,
) -> str:
    claims = {
        "iss": ISSUER,
        "aud": service,
        "sub": f"key:{kind}:{organisation}:{person}",
        "kind": kind,
        "org": str(organisation) if organisation else None,
        "person": str(person) if person else None,
        "scopes": sorted(scopes),
        "iat": int(time.time()),
        "exp": int(time.time() + seconds),
    }
    key = OKPKey.import_key(private_key.read_text())
    return jwt.encode({"alg": ALGORITHM, "typ": "JWT"}, claims, key, algorithms=[ALGORITHM])
