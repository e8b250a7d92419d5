"""Connections as each service makes them: its role at its database, its user at the broker."""

from collections.abc import AsyncIterator
from contextlib import suppress

from .i18n import _
from .programs import ALL
from .services import Installation, plain

_TIMEOUT = 5.0


async def _database(installation: Installation, name: str) -> str:
    import asyncpg

    connection = await asyncpg.connect(plain(installation.application_url(name)), timeout=_TIMEOUT)
    try:
        privileged = await connection.fetchval(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user", timeout=_TIMEOUT
        )
    finally:
        await connection.close(timeout=_TIMEOUT)
    return _("the role bypasses row-level security") if privileged else ""


async def _broker(installation: Installation, name: str) -> str:
    from nats.aio.client import Client

    client = Client()

    async def ignore(_error: Exception) -> None:
        """The caller reports what went wrong."""

    try:
        await client.connect(
            installation.ports.url("nats"),
            user=name,
            password=installation.passwords.broker[name],
            inbox_prefix=f"_INBOX_{name}".encode(),
            allow_reconnect=False,
            connect_timeout=int(_TIMEOUT),
            error_cb=ignore,
        )
        await client.jetstream(timeout=_TIMEOUT).account_info()
    finally:
        with suppress(Exception):
            await client.close()
    return ""


async def probe(installation: Installation) -> list[tuple[str, str]]:
    """What each connection is, and what is wrong with it ("" where it works)."""
    return [found async for found in _each(installation)]


async def _each(installation: Installation) -> AsyncIterator[tuple[str, str]]:
    for name in ALL:
        for server, attempt in (("postgres", _database), ("nats", _broker)):
            try:
                error = await attempt(installation, name)
            except Exception as raised:  # noqa: BLE001 - a diagnosis shows whatever goes wrong
                error = str(raised) or type(raised).__name__
            yield f"{server} {name}", error
