"""Keeps one program running: restarts it when it dies, with a growing pause."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from subprocess import Popen

from .failure import Failure
from .i18n import _
from .logs import last_words
from .process import Spec, finished, identity, spawn
from .records import ChildRecord, Phase, plan

_PROBE_EVERY = 0.05


@dataclass(frozen=True)
class Backoff:
    """Seconds before the n-th restart in a row: doubled each time, and forgotten after `stable` seconds of life."""

    first: float = 0.2
    longest: float = 30.0
    stable: float = 60.0
    attempts_to_start: int = 3

    def pause(self, deaths: int) -> float:
        return min(self.longest, self.first * 2.0 ** min(deaths - 1, 16))


class Child:
    """One program and its successors."""

    def __init__(self, spec: Spec, backoff: Backoff, changed: Callable[[], None], note: Callable[[str], None]) -> None:
        self.spec, self._backoff, self._changed, self._note = spec, backoff, changed, note
        self.record = ChildRecord(spec.name, 0, "", Phase.STARTING, time.time(), rank=spec.rank, stop=plan(spec.stop))
        self.first_ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._process: Popen[bytes] | None = None
        self._stopping = asyncio.Event()
        self._task = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        deaths = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            reason = await self._live()
            if self._stopping.is_set():
                break
            deaths = 1 if time.monotonic() - began > self._backoff.stable else deaths + 1
            self._give_up(deaths, reason)
            pause = self._backoff.pause(deaths)
            self.record.restarts, self.record.last_exit = self.record.restarts + 1, reason
            self._enter(Phase.WAITING)
            self._note(
                _("{name} ended ({reason}); starting it again in {pause:.1f} s").format(
                    name=self.spec.name, reason=reason, pause=pause
                )
            )
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
        self._enter(Phase.STOPPED)

    async def _live(self) -> str:
        """One life. Returns how it ended."""
        try:
            self._process, offset = self._spawn()
        except OSError as error:
            return error.strerror or str(error)
        self.record.pid = self._process.pid
        self.record.identity = identity(self._process.pid) or ""
        self._enter(Phase.STARTING)
        probe = asyncio.create_task(self._probe())
        code = await finished(self._process)
        probe.cancel()
        return f"{_describe(code)}: {words}" if (words := last_words(self.spec.log, offset)) else _describe(code)

    def _spawn(self) -> tuple[Popen[bytes], int]:
        spec = self.spec
        output = os.open(spec.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            offset = os.fstat(output).st_size
            process = spawn(
                spec.argv, cwd=spec.cwd, env=spec.env, output=output, user=spec.user, orphaned=spec.orphaned
            )
            return process, offset
        finally:
            os.close(output)

    async def _probe(self) -> None:
        while not await self.spec.ready():  # noqa: ASYNC110 - another program's state has no event
            await asyncio.sleep(_PROBE_EVERY)
        if not self._stopping.is_set():
            self._enter(Phase.READY)
            if not self.first_ready.done():
                self.first_ready.set_result(None)

    def _give_up(self, deaths: int, reason: str) -> None:
        """A program that never became ready and keeps dying will not start: say so rather than wait."""
        if not self.first_ready.done() and deaths >= self._backoff.attempts_to_start:
            self.first_ready.set_exception(
                Failure(
                    _("{name} does not start: {reason}. `entente logs {name}` shows more."),
                    name=self.spec.name,
                    reason=reason,
                )
            )

    def _enter(self, phase: Phase) -> None:
        if phase is Phase.STOPPED:
            self.record.pid = 0
        self.record.phase, self.record.since = phase, time.time()
        self._changed()

    async def stop(self, hurry: asyncio.Event) -> None:
        self._stopping.set()
        for number, grace in self.spec.stop:
            if self._task.done():
                break
            if hurry.is_set() and number != self.spec.stop[-1][0]:
                continue
            self._send(number)
            await _first({self._task, hurry}, grace)
        await self._task
        if self.first_ready.done():
            self.first_ready.exception()  # seen: one failure is reported, not each

    def _send(self, number: signal.Signals) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        with suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)


async def _first(either: set[asyncio.Task[None] | asyncio.Event], within: float) -> None:
    """Return when a task is done or an event set, or after `within` seconds."""
    waits = {
        asyncio.ensure_future(one.wait() if isinstance(one, asyncio.Event) else asyncio.shield(one)) for one in either
    }
    await asyncio.wait(waits, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


def _describe(code: int) -> str:
    if code < 0:
        return _("killed by {signal}").format(signal=signal.Signals(-code).name)
    return _("exit code {code}").format(code=code)
