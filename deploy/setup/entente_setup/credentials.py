"""Passwords, the gateway's key pair and the broker's configuration: made once, kept in the set-up's own volume, and
written to a volume for each reader, which holds what that reader needs and nothing else.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from joserfc.jwk import OKPKey

from entente_local import nats_config

SERVICES = (*nats_config.PRODUCERS, "gateway")
POSTGRES = os.environ.get("ENTENTE_POSTGRES", "postgres:5432")
SUPERUSER = "postgres"
_OWNER_ONLY, _ALL = 0o400, 0o444
# The server's own pages: for the container's health check alone, so on its loopback interface.
_MONITORING = '\nhttp: "127.0.0.1:8222"\n'


@dataclass
class Credentials:
    """Passwords: the superuser's and, by service, those of its two roles and of its user at the broker.

    `token_key` is the gateway's private key, as PEM.
    """

    superuser: str = field(default_factory=lambda: secrets.token_hex(24))
    owner: dict[str, str] = field(default_factory=dict)
    application: dict[str, str] = field(default_factory=dict)
    broker: dict[str, str] = field(default_factory=dict)
    token_key: str = field(default_factory=lambda: OKPKey.generate_key("Ed25519").as_pem(private=True).decode())

    def __post_init__(self) -> None:
        """A service that is new since the last run gets its passwords now."""
        for passwords in (self.owner, self.application, self.broker):
            for service in SERVICES:
                passwords.setdefault(service, secrets.token_hex(24))

    @property
    def public_key(self) -> str:
        return OKPKey.import_key(self.token_key).as_pem(private=False).decode()

    @property
    def admin_dsn(self) -> str:
        """The superuser's address, for plain asyncpg."""
        return f"postgresql://{SUPERUSER}:{self.superuser}@{POSTGRES}/postgres"

    def owner_url(self, service: str) -> str:
        return f"postgresql+asyncpg://entente_{service}_owner:{self.owner[service]}@{POSTGRES}/entente_{service}"

    def application_url(self, service: str) -> str:
        return f"postgresql+asyncpg://entente_{service}:{self.application[service]}@{POSTGRES}/entente_{service}"


def load(volumes: Path) -> Credentials:
    return Credentials(**json.loads(_master(volumes).read_text()))


def write(volumes: Path) -> None:
    """Write every volume. What is there already keeps its passwords."""
    known = load(volumes) if _master(volumes).exists() else Credentials()
    _write(_master(volumes), json.dumps(asdict(known), indent=1), _OWNER_ONLY)
    # The image of the database runs as its own user, so its file is open to all; its volume is mounted nowhere else.
    _write(volumes / "postgres" / "password", known.superuser, _ALL)
    broker = nats_config.render(known.broker, Path("/data"), host="0.0.0.0") + _MONITORING  # noqa: S104 - a container's
    _write(volumes / "nats" / "nats.conf", broker, _OWNER_ONLY)
    for service in SERVICES:
        for name, text in _settings(known, service).items():
            _write(volumes / service / name, text, _OWNER_ONLY)


def _settings(known: Credentials, service: str) -> dict[str, str]:
    """The files of one service: settings, named like their environment variables, and PEM files."""
    own = {
        "entente_database_url": known.application_url(service),
        "entente_nats_user": service,
        "entente_nats_password": known.broker[service],
        "token_public.pem": known.public_key,
    }
    return own | {"token_private.pem": known.token_key} if service == "gateway" else own


def _master(volumes: Path) -> Path:
    return volumes / "setup" / "credentials.json"


def _write(path: Path, text: str, mode: int) -> None:
    """Replace a file at once, so that an interrupted run leaves the old one or the new one."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
    fresh.replace(path)
