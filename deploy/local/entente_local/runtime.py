"""One run of `entente up`: prepares the folder, starts everything in order, watches over it, and stops it in order."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from . import credentials, leftovers, logs, nats, postgres, prepare, tools
from .child import Backoff
from .failure import Failure
from .folder import Folder
from .i18n import _
from .ports import Ports
from .process import Spec, identity
from .progress import Kind, Reporter
from .records import Phase, State, save
from .services import Installation
from .supervisor import Supervisor

log = logging.getLogger("entente")
READY_WITHIN = 120.0  # a first start compiles every module
_CUT_LOGS_EVERY = 60.0
_LEVELS = {Kind.NOTE: logging.WARNING, Kind.FAILED: logging.ERROR}


class Runtime:
    """`run` returns the exit code when everything has stopped again."""

    def __init__(self, folder: Folder, port_base: int, report: Reporter, backoff: Backoff | None = None) -> None:
        self._folder, self._ports, self._tell = folder, Ports(port_base), report
        self._state = State(os.getpid(), identity(os.getpid()) or "", Phase.STARTING, port_base)
        self._supervisor = Supervisor(self._changed, self._note, backoff)
        self._stop = asyncio.Event()

    async def run(self) -> int:
        """Start, wait for a signal, stop. The folder's lock must be held."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._asked_to_stop)
        try:
            return await self._until_stopped(self._start())
        finally:
            self._enter(Phase.STOPPING)
            await self._supervisor.stop()
            self._folder.state.unlink(missing_ok=True)
            self._report(Kind.NOTE, _("Entente is stopped."))

    async def _until_stopped(self, start: Coroutine[Any, Any, str | None]) -> int:
        starting, stopping = asyncio.create_task(start), asyncio.create_task(self._stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            with suppress(asyncio.CancelledError):
                await starting
            self._report(Kind.FAILED, _("Stopped before it was ready."))
            return 1
        try:
            key = starting.result()
        except (Failure, OSError) as failure:
            self._report(Kind.FAILED, str(failure))
            return 1
        self._enter(Phase.READY)
        self._report(Kind.READY, _("Entente is ready"), key)
        if key:
            self._folder.remember(first_key_shown=True)
        while not self._stop.is_set():
            logs.cut(self._folder.logs)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), _CUT_LOGS_EVERY)
        return 0

    async def _start(self) -> str | None:
        """Start all. Returns the first operator key where it was made now."""
        installation = await self._prepare()
        job = self._job(installation)
        try:
            await self._start_servers(installation)
            return await self._applications(installation, job)
        finally:
            job.end()

    def _job(self, installation: Installation) -> prepare.Job:
        return prepare.Job(installation)

    def _spec(self, installation: Installation, name: str) -> Spec:
        return installation.spec(name)

    async def _prepare(self) -> Installation:
        server = postgres.locate(self._folder)
        exists = postgres.check_version(server)
        stopped = leftovers.clear(self._folder, server)
        if stopped:
            self._report(Kind.NOTE, _("Stopped what an earlier run had left: {names}").format(names=", ".join(stopped)))
        self._ports.check_free()
        self._changed()
        passwords, keys = credentials.passwords(self._folder), credentials.key_pair(self._folder)
        for folder in postgres.prepare(server):
            self._report(Kind.NOTE, _("The database's system user may now pass through {folder}").format(folder=folder))
        if not exists:
            await postgres.create_cluster(server, passwords.superuser, self._folder.log("postgres"))
            self._report(Kind.DONE, _("The database cluster is created"))
        self._folder.remember(port_base=self._ports.base)
        return Installation(self._folder, self._ports, server, passwords, keys)

    async def _start_servers(self, installation: Installation) -> None:
        specs = (
            postgres.spec(installation.server, self._folder.log("postgres")),
            nats.spec(self._folder, self._ports, installation.passwords.broker),
        )
        async with _together() as group:
            for spec in specs:
                group.create_task(self._launch(spec))

    async def _applications(self, installation: Installation, job: prepare.Job) -> str | None:
        """Start each service as soon as its database is ready. Returns the first operator key, where it is made now."""
        key: asyncio.Task[str | None] | None = None
        async with _together() as group:
            async for name in job.run():
                self._report(Kind.DONE, _("The database of {name} is ready").format(name=name))
                group.create_task(self._launch(self._spec(installation, name)))
                if name == "gateway":
                    key = group.create_task(self._first_key(installation))
        return key.result() if key else None

    async def _first_key(self, installation: Installation) -> str | None:
        if self._folder.remembered().get("first_key_shown"):
            return None
        return await tools.new_operator_key(installation)

    async def _launch(self, spec: Spec) -> None:
        await self._supervisor.ready(self._supervisor.launch(spec), READY_WITHIN)
        self._report(Kind.DONE, _("{name} is ready").format(name=spec.name))

    def _asked_to_stop(self) -> None:
        if self._stop.is_set():
            self._supervisor.hurry.set()
        else:
            self._report(Kind.NOTE, _("Stopping"))
        self._stop.set()

    def _enter(self, phase: Phase) -> None:
        self._state.phase, self._state.since = phase, time.time()
        self._changed()

    def _changed(self) -> None:
        self._state.children = [child.record for child in self._supervisor.children.values()]
        try:
            save(self._folder, self._state)
        except OSError as error:
            log.warning("state not written: %s", error)  # a full disk must not stop what runs

    def _note(self, text: str) -> None:
        self._report(Kind.NOTE, text)

    def _report(self, kind: Kind, text: str, key: str | None = None) -> None:
        log.log(_LEVELS.get(kind, logging.INFO), "%s", text)
        self._tell(kind, text, key)


@asynccontextmanager
async def _together() -> AsyncIterator[asyncio.TaskGroup]:
    """Tasks that succeed together: the first failure cancels the others and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
