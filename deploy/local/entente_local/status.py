"""What runs now, as tables for the terminal."""

import asyncio
import time
from dataclasses import dataclass

import psutil

from . import checks
from .folder import Folder
from .i18n import _
from .ports import Ports
from .programs import ALL
from .records import ChildRecord, Phase, State, load

NOTHING = State(0, "", Phase.STOPPED, 0)


@dataclass(frozen=True)
class Row:
    """One program: memory in bytes, of it and all its own processes, shared pages counted by their share."""

    name: str
    pid: int | None
    phase: Phase
    uptime: float
    memory: int
    ready: bool
    remark: str


def running(folder: Folder) -> State | None:
    """The state of the supervisor of this folder, if it lives."""
    state = load(folder)
    return state if state and state.alive else None


def rows(folder: Folder, state: State) -> list[Row]:
    ready = asyncio.run(_readiness(folder, state))
    found = [_row(child, ready[child.name]) for child in state.children]
    own = Row(
        "supervisor", state.pid, state.phase, _uptime(state.pid), memory(state.pid, own=False), ready=True, remark=""
    )
    return [own, *found]


async def _readiness(folder: Folder, state: State) -> dict[str, tuple[bool, str]]:
    ports = Ports(state.port_base)

    async def one(name: str) -> tuple[bool, str]:
        if name == "postgres":
            return checks.postgres_ready(folder.postgres), ""
        if name == "nats":
            return await checks.nats_answers(ports.of("nats")), ""
        if name not in ALL:
            return True, ""
        answer = await checks.readyz(ports.of(name))
        return answer.ready, ", ".join(answer.failing) if answer.answers else _("no answer")

    names = [child.name for child in state.children]
    return dict(zip(names, await asyncio.gather(*map(one, names)), strict=True))


def _row(child: ChildRecord, readiness: tuple[bool, str]) -> Row:
    ready, remark = readiness
    alive = child.alive
    remarks = [remark] if remark else []
    if child.restarts:
        remarks.append(
            _("{count} restarts, the last after: {reason}").format(count=child.restarts, reason=child.last_exit)
        )
    return Row(
        child.name,
        child.pid if alive else None,
        child.phase,
        _uptime(child.pid) if alive else 0,
        memory(child.pid) if alive else 0,
        ready and alive,
        "; ".join(remarks),
    )


def _uptime(pid: int) -> float:
    try:
        return max(0.0, time.time() - psutil.Process(pid).create_time())
    except psutil.Error:
        return 0.0


def memory(pid: int, *, own: bool = True) -> int:
    """Proportional set size of a process and, with `own`, of all below it."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)] if own else [process]
    except psutil.Error:
        return 0
    return sum(map(_pss, family))


def _pss(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(full, "pss", 0) or full.uss)
