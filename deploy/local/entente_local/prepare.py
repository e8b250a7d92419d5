"""Databases, roles and migrations, in a process of its own: what they need to import stays out of the supervisor."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

from .failure import Failure
from .i18n import _
from .process import finished, kill, spawn
from .programs import ALL
from .services import Installation, surroundings


class Job:
    """The process is started at once, to import while the servers start, and begins when `run` sends its orders."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        with installation.folder.log("prepare").open("ab") as errors:
            self._process = spawn(
                (sys.executable, "-P", "-m", "entente_local.databases"),
                cwd=installation.folder.run,
                env=surroundings(installation.folder),
                stdin=subprocess.PIPE,
                output=subprocess.PIPE,
                stderr=errors.fileno(),
            )

    async def run(self) -> AsyncIterator[str]:
        """Bring every database to the newest version. Yields the service of each; raises Failure."""
        orders = {
            "admin": self._installation.admin_url(),
            "services": [self._orders(name) for name in ALL],
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(orders).encode() + b"\n")
            self._process.stdin.close()
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), self._process.stdout
        )
        async for line in reader:
            told = json.loads(line)
            if "failed" in told:
                raise Failure(told["failed"])
            yield told["done"]
        if await finished(self._process) != 0:
            raise Failure(_("The databases could not be prepared. `entente logs prepare` shows why."))

    def _orders(self, name: str) -> dict[str, str]:
        passwords = self._installation.passwords
        return {
            "name": name,
            "package": self._installation.module(name),
            "owner_password": passwords.owner[name],
            "application_password": passwords.application[name],
            "owner_url": self._installation.owner_url(name),
        }

    def end(self) -> None:
        """End the process, if it still runs."""
        kill(self._process)
