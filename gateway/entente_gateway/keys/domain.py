"""API keys: what they look like, who may make which, and how one is rotated.

A secret is `ent_live_`, 30 characters of base 62 (178 bits) and the CRC-32 of both in base 62, so that a mistyped or
a leaked key is recognised without a look-up. Only its SHA-256 is stored: with that many bits a slow hash would add
nothing.
"""

import hashlib
import string
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Forbidden, Unprocessable

PREFIX = "ent_live_"
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
LENGTH = 30
CHECK_LENGTH = 6
SHOWN = len(PREFIX) + 6
LIVE_SECRETS = 2
ADMIN_SCOPE = "organisation:admin"


class KeyKind(StrEnum):
    OPERATOR = "operator"
    PERSON = "person"
    SYSTEM = "system"


def new_secret(draw: Callable[[str], str]) -> str:
    """A secret from `draw`, which picks one character of an alphabet (`secrets.choice`)."""
    body = PREFIX + "".join(draw(ALPHABET) for _ in range(LENGTH))
    return body + _check(body)


def is_well_formed(secret: str) -> bool:
    if len(secret) != len(PREFIX) + LENGTH + CHECK_LENGTH or not secret.startswith(PREFIX) or not secret.isascii():
        return False
    return _check(secret[:-CHECK_LENGTH]) == secret[-CHECK_LENGTH:]


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def shown(secret: str) -> str:
    """The part of a secret by which people tell keys apart."""
    return secret[:SHOWN]


def _check(body: str) -> str:
    value, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECK_LENGTH):
        value, digit = divmod(value, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


@dataclass(frozen=True)
class KeySpec:
    """What a key is to be. A person's key names the person and their organisation, a system's its organisation."""

    kind: KeyKind
    label: str
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)
    expires_at: datetime | None = None


def check(spec: KeySpec, now: datetime) -> None:
    """Raise what is wrong with `spec`."""
    if spec.expires_at is not None and spec.expires_at <= now:
        raise Unprocessable(N_("A key cannot expire in the past; give a later moment or none."), pointer="/expires_at")
    if spec.kind is KeyKind.OPERATOR:
        _refuse(
            spec.organisation_id, "/organisation_id", N_("An operator's key belongs to no organisation; leave it out.")
        )
    elif spec.organisation_id is None:
        raise Unprocessable(N_("This kind of key belongs to an organisation; name it."), pointer="/organisation_id")
    if spec.kind is KeyKind.PERSON:
        if spec.person_id is None:
            raise Unprocessable(N_("A personal key names its person."), pointer="/person_id")
    else:
        _refuse(spec.person_id, "/person_id", N_("Only a personal key names a person; leave it out."))
    if spec.kind is not KeyKind.SYSTEM:
        _refuse(
            spec.scopes, "/scopes", N_("Only a system's key has scopes: a person acts by their roles; leave them out.")
        )


def _refuse(value: object, pointer: str, detail: str) -> None:
    if value:
        raise Unprocessable(detail, pointer=pointer)


@dataclass(frozen=True)
class Holder:
    """Who asks about keys. `key_id` is the key that they ask with."""

    kind: KeyKind
    key_id: UUID
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)

    @property
    def administers(self) -> UUID | None:
        """The organisation whose keys this holder looks after."""
        return self.organisation_id if self.kind is KeyKind.SYSTEM and ADMIN_SCOPE in self.scopes else None


def check_may_create(holder: Holder, spec: KeySpec) -> None:
    """Operators make any key; an organisation's administrative key makes that organisation's."""
    if holder.kind is KeyKind.OPERATOR:
        return
    if holder.administers is None:
        raise Forbidden(N_("Only an operator, or a system key with the scope organisation:admin, makes keys."))
    if spec.organisation_id != holder.administers:
        raise Forbidden(N_("This key makes keys of its own organisation only."))


def may_manage(holder: Holder, spec: KeySpec, key_id: UUID) -> bool:
    """Whether the holder sees, rotates and revokes this key: an operator any, an administrator those of the
    organisation, a person their own, a system key itself.
    """
    if holder.kind is KeyKind.OPERATOR:
        return True
    if holder.administers is not None:
        return spec.organisation_id == holder.administers
    if holder.kind is KeyKind.PERSON:
        return (spec.organisation_id, spec.person_id) == (holder.organisation_id, holder.person_id)
    return key_id == holder.key_id


@dataclass(frozen=True)
class Secret:
    """One secret of a key. `retires_at` is when it stops to be accepted, None where nothing replaced it yet."""

    digest: bytes
    created_at: datetime
    retires_at: datetime | None

    def live(self, now: datetime) -> bool:
        return self.retires_at is None or self.retires_at > now


def retirements(secrets: Sequence[Secret], now: datetime, grace: timedelta) -> dict[bytes, datetime]:
    """When each live secret retires once a new one is added: the newest after the grace, older ones at once.

    So at most two are live, and rotating twice in a row shuts out a secret that has leaked. A retirement is never put
    off.
    """
    live = sorted(
        (secret for secret in secrets if secret.live(now)), key=lambda secret: secret.created_at, reverse=True
    )
    ends = [now + grace if index < LIVE_SECRETS - 1 else now for index in range(len(live))]
    return {
        secret.digest: end if secret.retires_at is None else min(end, secret.retires_at)
        for secret, end in zip(live, ends, strict=True)
    }
