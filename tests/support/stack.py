"""The whole of Entente for the tests: four services and the gateway over real HTTP, each in a thread of its own."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import uvicorn
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from entente_shared.migrate import provision

from .servers import free_port, wait_for
from .tokens import internal_token

SERVICES = ("objectives", "kpi", "conflicts", "resources")
DATABASES = (*SERVICES, "gateway")
OWNER_PASSWORD, APP_PASSWORD = "owner", "application"


def role_url(admin_dsn: str, service: str, *, owner: bool = False) -> str:
    """The SQLAlchemy URL of a service's role."""
    parts = urlsplit(admin_dsn)
    user, password = (f"entente_{service}_owner", OWNER_PASSWORD) if owner else (f"entente_{service}", APP_PASSWORD)
    return urlunsplit(
        ("postgresql+asyncpg", f"{user}:{password}@{parts.hostname}:{parts.port}", f"/entente_{service}", "", "")
    )


def write_keys(folder: Path) -> tuple[Path, Path]:
    """An Ed25519 key pair as the PEM files (private, public)."""
    key = Ed25519PrivateKey.generate()
    private, public = folder / "token.key", folder / "token.pub"
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    public.write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return private, public


def create_databases(admin_dsn: str) -> None:
    """Databases, roles and tables of all services."""

    async def create(name: str) -> None:
        await provision(admin_dsn, name, OWNER_PASSWORD, APP_PASSWORD)

    for name in DATABASES:
        asyncio.run(create(name))
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(_migrate, admin_dsn, name) for name in DATABASES]:
            done.result()


def _migrate(admin_dsn: str, name: str) -> None:
    import os
    import subprocess
    import sys

    environment = {**os.environ, "ENTENTE_OWNER_DATABASE_URL": role_url(admin_dsn, name, owner=True)}
    subprocess.run([sys.executable, "-m", "entente_shared.migrate", f"entente_{name}"], env=environment, check=True)


class Running:
    """One application in a thread with an event loop of its own."""

    def __init__(self, app: Any, port: int) -> None:
        config = uvicorn.Config(
            app,
            port=port,
            log_config=None,
            ws="none",
            loop="uvloop",
            timeout_keep_alive=75,  # as where it is deployed: the gateway keeps its connections for 30
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> None:
        self._thread.start()
        wait_for(lambda: self._server.started or not self._thread.is_alive(), "a service")
        assert self._thread.is_alive(), "a service did not start"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(15)


@dataclass
class Stack:
    admin_dsn: str
    nats_url: str
    folder: Path
    private_key: Path
    public_key: Path
    ports: dict[str, int] = field(default_factory=dict)
    running: dict[str, Running] = field(default_factory=dict)

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    @property
    def gateway(self) -> str:
        return self.url("gateway")

    def token(
        self, service: str, kind: str, organisation: UUID | None, person: UUID | None = None, *scopes: str
    ) -> str:
        """An internal token as the gateway would sign it, for calling a service directly."""
        return internal_token(self.private_key, service, kind, organisation, person, scopes)

    def settings(self, service: str, **overrides: Any) -> Any:
        settings_type = import_module(f"entente_{service}.settings").Settings
        common: dict[str, Any] = {
            "database_url": role_url(self.admin_dsn, service),
            "nats_url": self.nats_url,
            "token_public_key": self.public_key,
            "port": self.ports[service],
            "pool_size": 5,
            "log_level": "warning",
        }
        if service == "gateway":
            common["token_private_key"] = self.private_key
            common["stream_heartbeat"] = 0.3
            common["upstreams"] = ",".join(f"{name}={self.url(name)}" for name in SERVICES if name in self.ports)
        if service == "kpi":
            common["compaction_apart"] = False  # a process for each stack would cost more than what it is for
        return settings_type(**{**common, **overrides})

    def start(self, service: str, **overrides: Any) -> None:
        app = import_module(f"entente_{service}.app").create_app(self.settings(service, **overrides))
        self.running[service] = Running(app, self.ports[service])
        self.running[service].start()

    def stop(self, service: str) -> None:
        self.running.pop(service).stop()


@contextmanager
def running_stack(
    admin_dsn: str, nats_url: str, folder: Path, services: tuple[str, ...] = DATABASES
) -> Iterator[Stack]:
    create_databases(admin_dsn)
    private, public = write_keys(folder)
    stack = Stack(admin_dsn, nats_url, folder, private, public, {name: free_port() for name in DATABASES})
    with ExitStack() as cleanup:
        for name in services:
            stack.start(name)
            cleanup.callback(lambda name=name: stack.stop(name) if name in stack.running else None)
        yield stack
