"""Programs of the services that are run now and then, with that service's environment."""

import asyncio
import sys
import tempfile

from .failure import Failure
from .folder import Folder
from .i18n import _
from .process import finished, kill, spawn
from .programs import SERVICES
from .services import Installation, installation
from .status import running


def republish(folder: Folder, service: str) -> None:
    if service not in SERVICES:
        raise Failure(_("There is no service {name}. There are: {names}"), name=service, names=", ".join(SERVICES))
    asyncio.run(_run(_running(folder), service, "entente_shared.republish"))


def create_key(folder: Folder) -> str:
    return asyncio.run(new_operator_key(_running(folder)))


async def new_operator_key(where: Installation) -> str:
    """Needs the gateway's migrated database only."""
    shown = await _run(where, "gateway", "entente_gateway.bootstrap")
    return shown.strip().splitlines()[-1].strip()


def _running(folder: Folder) -> Installation:
    if running(folder) is None:
        raise Failure(_("Entente is not running. Start it with `entente up`."))
    return installation(folder)


async def _run(where: Installation, service: str, module: str) -> str:
    """Run a module to its end. Returns what it printed; raises Failure with its last words."""
    with tempfile.TemporaryFile() as shown, tempfile.TemporaryFile() as errors:
        process = spawn(
            (sys.executable, "-P", "-m", module),
            cwd=where.folder.run,
            env=where.environment(service),
            output=shown.fileno(),
            stderr=errors.fileno(),
        )
        try:
            code = await finished(process)
        finally:
            kill(process)
        shown.seek(0)
        errors.seek(0)
        printed, complaints = shown.read().decode(), errors.read().decode()
    if code != 0:
        words = (complaints.strip() or printed.strip() or "-").splitlines()[-1]
        raise Failure(_("{module} ended with exit code {code}: {words}"), module=module, code=code, words=words)
    return printed
