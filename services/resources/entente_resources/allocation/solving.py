"""The solver as the service sees it: a process of its own, started at the first question and ended when idle."""

import asyncio
import pickle
import subprocess
import sys
from contextlib import suppress
from threading import Lock, Timer
from typing import Any

from entente_shared.errors import N_, Unavailable

from .domain.answers import Broken, Certified, Proposal
from .domain.problem import Cells, Problem
from .domain.result import Infeasible, SolverTrouble

SECONDS = 7.0
"""For one question. The database ends a transaction that is idle for 10 s."""

_GRACE = 0.5
_QUEUE = 2.0  # waiting counts too: with the answer it must stay below what the database allows a transaction
_IDLE = 60.0


class Solver:
    """Questions are answered one after the other. A worker that dies or hangs is replaced at the next question."""

    def __init__(self, idle: float = _IDLE) -> None:
        self._idle = idle
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._retire: Timer | None = None

    async def allocate(self, problem: Problem) -> Certified | Infeasible:
        answer: Certified | Infeasible = await self._ask("allocate", problem, SECONDS)
        return answer

    async def propose(self, problem: Problem) -> Proposal | Infeasible:
        answer: Proposal | Infeasible = await self._ask("propose", problem, SECONDS)
        return answer

    async def settle(self, problem: Problem, cells: Cells) -> Certified | Broken:
        answer: Certified | Broken = await self._ask("settle", problem, cells)
        return answer

    async def settle_near(self, problem: Problem, cells: Cells) -> Certified:
        answer: Certified = await self._ask("settle_near", problem, cells, SECONDS)
        return answer

    async def _ask(self, name: str, *arguments: Any) -> Any:
        answer = await asyncio.to_thread(self._ask_worker, name, arguments)
        if isinstance(answer, tuple):
            kind, detail, params = answer
            raise kind(detail, **params)
        return answer

    def _ask_worker(self, name: str, arguments: tuple[Any, ...]) -> Any:
        if not self._lock.acquire(timeout=_QUEUE):
            raise Unavailable(N_("The solver is busy with other questions; ask again in a moment."))
        try:
            if self._retire is not None:
                self._retire.cancel()
            process = self._running()
            assert process.stdin is not None, "it was opened with pipes"
            assert process.stdout is not None, "it was opened with pipes"
            deadline = Timer(SECONDS + _GRACE, process.kill)
            deadline.start()
            try:
                pickle.dump((name, arguments), process.stdin)
                process.stdin.flush()
                return pickle.load(process.stdout)  # noqa: S301 - written by our own worker
            except (EOFError, OSError, pickle.UnpicklingError):
                self._end()
                raise SolverTrouble(N_("The solver took too long or ended; ask again.")) from None
            finally:
                deadline.cancel()
                self._schedule_end()
        finally:
            self._lock.release()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                [sys.executable, "-m", f"{__package__}.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        return self._process

    def _schedule_end(self) -> None:
        self._retire = Timer(self._idle, self.end)
        self._retire.daemon = True
        self._retire.start()

    def end(self) -> None:
        """Let the worker go; the next question starts another."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what the dead one did not read any more
                    pipe.close()


solver = Solver()
"""For events. It starts nothing before it is asked."""

callers_solver = Solver()
"""For requests, so that a caller who asks and asks does not hold up the loop."""
