"""Who calls: the gateway's internal token, verified once and remembered until it expires."""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from .errors import N_, Forbidden, Unauthenticated

ALGORITHM = "Ed25519"
ISSUER = "entente-gateway"


class CallerKind(StrEnum):
    OPERATOR = "operator"
    PERSON = "person"
    SYSTEM = "system"


@dataclass(frozen=True)
class Caller:
    """An authenticated caller. Operators have no organisation and see no tenant's content."""

    kind: CallerKind
    principal: str
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)

    def require_scope(self, scope: str) -> None:
        if scope not in self.scopes:
            raise Forbidden(N_("This key lacks the scope {scope}; ask for a key that has it."), scope=scope)

    def require_operator(self) -> None:
        if self.kind is not CallerKind.OPERATOR:
            raise Forbidden(N_("Only an operator's key may do this."))


class TokenVerifier:
    """Verifies internal tokens for one audience. A verified token is remembered until it expires (verifying costs 150 us)."""

    def __init__(self, public_key: Path, audience: str, capacity: int = 4096) -> None:
        self._key = OKPKey.import_key(public_key.read_text())
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        )
        self._verified: OrderedDict[str, tuple[float, Caller]] = OrderedDict()
        self._capacity = capacity

    def verify(self, token: str) -> Caller:
        known = self._verified.get(token)
        if known and known[0] > time.time():
            return known[1]
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            self._claims.validate(claims)
            caller = _caller(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            self._verified.pop(token, None)
            raise Unauthenticated(N_("The internal token is not valid; requests enter through the gateway.")) from error
        self._verified[token] = (float(claims["exp"]), caller)
        if len(self._verified) > self._capacity:
            self._verified.popitem(last=False)
        return caller


def _caller(claims: dict[str, Any]) -> Caller:
    return Caller(
        kind=CallerKind(claims["kind"]),
        principal=str(claims["sub"]),
        organisation_id=UUID(claims["org"]) if claims.get("org") else None,
        person_id=UUID(claims["person"]) if claims.get("person") else None,
        scopes=frozenset(claims.get("scopes") or ()),
    )
