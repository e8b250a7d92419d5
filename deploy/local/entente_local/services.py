"""The four services and the gateway: their environment and how they are run."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from . import checks
from .credentials import KeyPair, Passwords, key_pair, passwords
from .failure import Failure
from .folder import Folder
from .i18n import _
from .ports import HOST, Ports
from .postgres import SUPERUSER, Server, socket_folder
from .process import Spec
from .programs import SERVICES

# One machine has few cores, and each session of the database takes 5 MiB.
_DEFAULTS = {"ENTENTE_POOL_SIZE": "5", "ENTENTE_LOG_FORMAT": "console"}


@dataclass(frozen=True)
class Installation:
    """All that the programs of one data folder need to know of it."""

    folder: Folder
    ports: Ports
    server: Server
    passwords: Passwords
    keys: KeyPair

    def module(self, name: str) -> str:
        return f"entente_{name}"

    def owner_url(self, name: str) -> str:
        return self.server.url(f"entente_{name}_owner", self.passwords.owner[name], f"entente_{name}")

    def application_url(self, name: str) -> str:
        return self.server.url(f"entente_{name}", self.passwords.application[name], f"entente_{name}")

    def admin_url(self) -> str:
        """For plain asyncpg."""
        return plain(self.server.url(SUPERUSER, self.passwords.superuser, "postgres"))

    def environment(self, name: str) -> dict[str, str]:
        """What a service is configured with. It gets no right over its tables beyond the application role's."""
        own = {
            "ENTENTE_DATABASE_URL": self.application_url(name),
            "ENTENTE_NATS_URL": self.ports.url("nats"),
            "ENTENTE_NATS_USER": name,
            "ENTENTE_NATS_PASSWORD": self.passwords.broker[name],
            "ENTENTE_TOKEN_PUBLIC_KEY": str(self.keys.public),
            "ENTENTE_HOST": HOST,
            "ENTENTE_PORT": str(self.ports.of(name)),
        }
        if name == "gateway":
            own["ENTENTE_TOKEN_PRIVATE_KEY"] = str(self.keys.private)
            own["ENTENTE_UPSTREAMS"] = ",".join(f"{service}={self.ports.url(service)}" for service in SERVICES)
        return surroundings(self.folder) | own

    def spec(self, name: str) -> Spec:
        port = self.ports.of(name)

        async def ready() -> bool:
            return (await checks.readyz(port)).ready

        return Spec(
            name,
            (sys.executable, "-P", "-m", self.module(name)),
            cwd=self.folder.run,
            log=self.folder.log(name),
            ready=ready,
            env=self.environment(name),
            rank=3 if name == "gateway" else 2,
        )


def plain(url: str) -> str:
    """The address without SQLAlchemy's choice of a driver."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


def surroundings(folder: Folder) -> dict[str, str]:
    """This process's environment, without what would steer the database's clients elsewhere.

    Where Python may not write its compiled modules beside the sources, they go to the data folder: compiling them anew
    would triple the time of every start.
    """
    kept = _DEFAULTS | {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    if kept.pop("PYTHONDONTWRITEBYTECODE", None):
        kept.setdefault("PYTHONPYCACHEPREFIX", str(folder.root / "cache"))
    return kept | {"PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2", "PATH": _path()}


def _path() -> str:
    return os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))


def installation(folder: Folder) -> Installation:
    """What runs, or would run, in a folder. Raises Failure where nothing was ever started."""
    if not folder.ours:
        raise Failure(_("Nothing was started in {folder} yet. Run `entente up` first."), folder=folder.root)
    server = Server(folder.postgres, socket_folder(folder), None)
    return Installation(folder, Ports(folder.port_base), server, passwords(folder), key_pair(folder))
