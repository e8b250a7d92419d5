"""What the supervisor writes down, so that other commands find it and the next start finds what a killed one left."""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

from .failure import Failure
from .folder import Folder, write
from .i18n import _
from .process import Stop, identity


class Phase(StrEnum):
    STARTING = "starting"
    READY = "ready"
    WAITING = "waiting"
    STOPPING = "stopping"
    STOPPED = "stopped"


@dataclass
class ChildRecord:
    """A program: its process, how to stop it, and since when it is in its phase (seconds since the epoch)."""

    name: str
    pid: int
    identity: str
    phase: Phase
    since: float
    restarts: int = 0
    last_exit: str = ""
    rank: int = 0
    stop: list[tuple[int, float]] = field(default_factory=list)

    @property
    def alive(self) -> bool:
        return self.pid > 0 and identity(self.pid) == self.identity


@dataclass
class State:
    """The supervisor and its programs, as of the last change."""

    pid: int
    identity: str
    phase: Phase
    port_base: int
    since: float = field(default_factory=time.time)
    children: list[ChildRecord] = field(default_factory=list)

    @property
    def alive(self) -> bool:
        return identity(self.pid) == self.identity

    def child(self, name: str) -> ChildRecord | None:
        return next((child for child in self.children if child.name == name), None)


def save(folder: Folder, state: State) -> None:
    write(folder.state, json.dumps(asdict(state), indent=1), 0o600)


def load(folder: Folder) -> State | None:
    """The last state written; None if there is none that can be read."""
    try:
        kept = json.loads(folder.state.read_text())
        children = [ChildRecord(**{**child, "phase": Phase(child["phase"])}) for child in kept.pop("children")]
        return State(**{**kept, "phase": Phase(kept["phase"])}, children=children)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


class Lock:
    """Held by the supervisor as long as it lives; the kernel frees it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def take(self) -> bool:
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._handle = handle
        return True

    def free(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def locked(folder: Folder) -> Failure:
    """What to say of a lock whose holder is no supervisor that can be talked to."""
    holder = "?"
    with suppress(OSError):
        holder = folder.lock.read_text().strip() or "?"
    return Failure(
        _("{folder} is locked by process {pid}, which does not answer. End it (kill {pid}), then try again."),
        folder=folder.root,
        pid=holder,
    )


def stop_leftovers(children: Iterable[ChildRecord]) -> list[str]:
    """Stop the programs that still run, known by pid and start time, in the usual order. Returns their names."""
    left = [child for child in children if child.alive]
    for rank in sorted({child.rank for child in left}, reverse=True):
        _stop_together([child for child in left if child.rank == rank])
    return [child.name for child in left]


def _stop_together(children: list[ChildRecord]) -> None:
    for step in range(max(len(child.stop) for child in children)):
        running = [child for child in children if child.alive and step < len(child.stop)]
        for child in running:
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.Signals(child.stop[step][0]))
        until = time.monotonic() + max((child.stop[step][1] for child in running), default=0)
        while any(child.alive for child in running) and time.monotonic() < until:
            time.sleep(0.05)


def plan(stop: Stop) -> list[tuple[int, float]]:
    return [(int(number), grace) for number, grace in stop]
