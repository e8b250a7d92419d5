"""The embedded broker."""

import os
import subprocess
from collections.abc import Mapping

from . import checks, nats_config
from .folder import Folder, write
from .ports import HOST, Ports
from .process import Spec
from .programs import nats_server


def spec(folder: Folder, ports: Ports, passwords: Mapping[str, str]) -> Spec:
    """Writes the configuration and says how the broker is run."""
    port = ports.of("nats")
    write(folder.broker_config, nats_config.render(passwords, folder.nats, host=HOST, port=port), 0o600)

    async def ready() -> bool:
        return await checks.nats_answers(port)

    return Spec(
        "nats",
        (str(nats_server()), "--config", str(folder.broker_config)),
        cwd=folder.nats,
        log=folder.log("nats"),
        ready=ready,
        env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder.nats), "GOMEMLIMIT": "64MiB"},
        rank=1,
    )


def version() -> str:
    return subprocess.run([nats_server(), "--version"], capture_output=True, text=True, check=False).stdout.strip()
