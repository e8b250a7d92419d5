"""Passwords and the gateway's key pair, made once and kept in the data folder for its owner alone."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from .failure import Failure
from .folder import Folder, write
from .i18n import _
from .programs import ALL


@dataclass(frozen=True)
class Passwords:
    """The superuser's, and by service: the database's owner, the application role, the broker's user."""

    superuser: str
    owner: dict[str, str]
    application: dict[str, str]
    broker: dict[str, str]


@dataclass(frozen=True)
class KeyPair:
    """PEM files of the Ed25519 key that signs internal tokens, and of its public half."""

    private: Path
    public: Path


def passwords(folder: Folder) -> Passwords:
    path = folder.secrets / "passwords.json"
    if not path.exists():
        if (folder.postgres / "PG_VERSION").exists():
            raise Failure(
                _(
                    "{path} is missing, and the databases cannot be opened without it. Restore it, or start "
                    "anew with `entente reset`."
                ),
                path=path,
            )
        write(path, json.dumps(asdict(_generated()), indent=1), 0o600)
    try:
        return Passwords(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise Failure(_("{path} cannot be read. Restore it, or start anew with `entente reset`."), path=path) from error


def _generated() -> Passwords:
    def each() -> dict[str, str]:
        return {name: secrets.token_hex(24) for name in ALL}

    return Passwords(secrets.token_hex(24), each(), each(), each())


def key_pair(folder: Folder) -> KeyPair:
    pair = KeyPair(folder.secrets / "token-private.pem", folder.secrets / "token-public.pem")
    if not (pair.private.exists() and pair.public.exists()):
        from joserfc.jwk import OKPKey

        key = OKPKey.generate_key("Ed25519")
        write(pair.private, key.as_pem(private=True).decode(), 0o600)
        write(pair.public, key.as_pem(private=False).decode(), 0o644)
    return pair
