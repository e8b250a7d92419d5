"""All of Entente with two kpi workers behind one gateway, under the supervisor: `python two_workers.py DATA PORT_BASE`.

What dies is started again soon, however often that was: here it dies because it is killed.
"""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from entente_local import checks
from entente_local.child import Backoff
from entente_local.folder import Folder
from entente_local.ports import HOST
from entente_local.process import Spec
from entente_local.progress import to_pipe
from entente_local.runtime import Runtime
from entente_local.services import Installation
from entente_local.up import supervise

WORKERS = ("kpi", "kpi-2")
PORTS = 8  # from the base: those of every installation, the second worker's and the balancer's
_SECOND, _BALANCER = 6, 7


def second_port(base: int) -> int:
    return base + _SECOND


class TwoWorkers(Runtime):
    def __init__(self, folder, port_base, report):
        super().__init__(folder, port_base, report, Backoff(longest=1.0))

    def _spec(self, installation: Installation, name: str) -> Spec:
        spec = installation.spec(name)
        if name != "gateway":
            return spec
        one, both = installation.ports.url("kpi"), f"http://{HOST}:{installation.ports.base + _BALANCER}"
        return replace(spec, env={**spec.env, "ENTENTE_UPSTREAMS": spec.env["ENTENTE_UPSTREAMS"].replace(one, both)})

    async def _applications(self, installation, job):
        key = await super()._applications(installation, job)
        for spec in (second_worker(installation), balancer(installation)):
            await self._launch(spec)
        return key


def second_worker(installation: Installation) -> Spec:
    first, port = installation.spec("kpi"), second_port(installation.ports.base)

    async def ready() -> bool:
        return (await checks.readyz(port)).ready

    return replace(
        first,
        name=WORKERS[1],
        log=installation.folder.log(WORKERS[1]),
        ready=ready,
        env={**first.env, "ENTENTE_PORT": str(port)},
    )


def balancer(installation: Installation) -> Spec:
    base, first = installation.ports.base, installation.spec("gateway")
    program = Path(__file__).with_name("balancer.py")
    ports = (base + _BALANCER, installation.ports.of("kpi"), second_port(base))

    async def ready() -> bool:
        try:
            _, writer = await asyncio.open_connection(HOST, ports[0])
        except OSError:
            return False
        writer.close()
        return True

    return replace(
        first,
        name="balancer",
        argv=(sys.executable, str(program), *map(str, ports)),
        log=installation.folder.log("balancer"),
        ready=ready,
    )


if __name__ == "__main__":
    folder = Folder(Path(sys.argv[1]))
    folder.create(passable=True)
    sys.exit(supervise(folder, int(sys.argv[2]), to_pipe(1), TwoWorkers))
